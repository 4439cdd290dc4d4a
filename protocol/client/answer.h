/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line from a server, taken apart: which request it answers, and with what. Pure; checks the
 * whole line before anything of it is used. Source: docs/protocol.md, sections 1 and 2.
 */
#pragma once

#include <gio/gio.h>

#include "protocol/wire/json-reader.h"

typedef enum
{
  PARLANCE_ANSWER_RESULT,       /* of the request @id */
  PARLANCE_ANSWER_ERROR,        /* of the request @id */
  PARLANCE_ANSWER_FAULT,        /* an error with "id": null, about the connection as a whole */
  PARLANCE_ANSWER_NOTIFICATION, /* answers nothing */
  PARLANCE_ANSWER_FOREIGN,      /* has an id that this library never gives */
} ParlanceAnswerKind;

/* Borrows everything from the line. */
typedef struct
{
  ParlanceAnswerKind kind;
  gint64 id;
  ParlanceJsonValue method; /* of a notification */
  ParlanceJsonValue body;   /* the result, the error object, or the params of a notification: of any
                               type, without text when absent */
} ParlanceAnswer;

/**
 * parlance_answer_parse:
 * @ret_answer: (out): untouched on failure
 * @error: %G_IO_ERROR_INVALID_DATA: what came is not of this protocol
 */
gboolean
parlance_answer_parse (const char *line, gsize n_bytes, ParlanceAnswer *ret_answer, GError **error);

/** parlance_answer_get_retry_after_ms: [ms] `data.retry_after_ms` of an error; 0: there is none */
gint64 parlance_answer_get_retry_after_ms (const ParlanceJsonValue *error_object);

/**
 * parlance_answer_to_error:
 * @error_object: the body of an error
 *
 * The reason is that of `data.reason`; when it is missing or not known, that of `code`; failing
 * that, %PARLANCE_REASON_INTERNAL.
 *
 * Returns: (transfer full): of %PARLANCE_ERROR, with the server's message and, when that leaves it
 *   out, the name of the dictionary or strategy that there is not
 */
GError *parlance_answer_to_error (const ParlanceJsonValue *error_object);

/** parlance_error_may_pass: whether @error is of a server that may do later what it does not now */
gboolean parlance_error_may_pass (const GError *error);
