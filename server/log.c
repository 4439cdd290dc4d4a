/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One formatted line, one write(2): lines of several threads never mix.
 */
#include "server/log.h"

#include <stdio.h>
#include <unistd.h>

#define LOG_MAX_LINE 2048 /* [bytes] */

static void
log_line (const char *severity, const char *format, va_list arguments) G_GNUC_PRINTF (2, 0);

/* C0 and DEL, and C1 (U+0080 to U+009F), which some terminals obey in UTF-8 too. */
void
log_blank_controls (char *line, gsize length)
{
  for (size_t i = 0; i < length; i++)
    {
      unsigned char byte = (unsigned char)line[i];
      unsigned char next = i + 1 < length ? (unsigned char)line[i + 1] : 0;

      if (byte < 0x20 || byte == 0x7f)
        line[i] = '?';
      else if (byte == 0xc2 && next >= 0x80 && next <= 0x9f)
        line[i] = line[i + 1] = '?';
    }
}

static void
log_line (const char *severity, const char *format, va_list arguments)
{
  char line[LOG_MAX_LINE];
  int n = snprintf (line, sizeof line, "parlanced: %s", severity);

  int body = vsnprintf (line + n, sizeof line - (size_t)n - 1, format, arguments);
  if (body < 0)
    return;
  size_t length = MIN ((size_t)n + (size_t)body, sizeof line - 2);

  log_blank_controls (line, length);
  line[length++] = '\n';

  /* Nobody is left to tell when stderr cannot be written. */
  ssize_t written = write (STDERR_FILENO, line, length);
  (void)written;
}

#define LOG_LINE(severity, format)                                                                 \
  G_STMT_START                                                                                     \
  {                                                                                                \
    va_list arguments;                                                                             \
    va_start (arguments, format);                                                                  \
    log_line (severity, format, arguments);                                                        \
    va_end (arguments);                                                                            \
  }                                                                                                \
  G_STMT_END

void
log_info (const char *format, ...)
{
  LOG_LINE ("", format);
}

void
log_warning (const char *format, ...)
{
  LOG_LINE ("warning: ", format);
}

void
log_error (const char *format, ...)
{
  LOG_LINE ("error: ", format);
}
