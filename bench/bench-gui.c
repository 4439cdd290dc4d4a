/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The desktop app in this process, timed from within: what a frame costs, how long the main loop
 * stands still, how long one waits for a definition. `bench/gui` makes the server and what is in
 * it, and starts this under a display of its own. One figure a line: NAME NUMBER, in milliseconds.
 *
 * bench-gui frame                  the first frame; PARLANCE_BENCH_START is when the process was
 *                                  started [us, CLOCK_MONOTONIC]
 * bench-gui scroll ADDRESS         through what was said, upwards and down again
 * bench-gui flood ADDRESS SECONDS  while somebody else talks
 * bench-gui look-up ADDRESS        double-clicks on a message, and letters in the dictionary
 */
#include <stdlib.h>
#include <time.h>

#include "client-gui/application.h"
#include "client-gui/client.h"

#define DEADLINE_US (60 * G_USEC_PER_SEC)
#define SCROLL_FRAMES 600
#define SCROLL_PIXELS 300
#define SETTLE_MS 500 /* [ms] */

static ParlanceApplication *application;
static GtkWidget *window;
static double frame_begin_ms;
static guint n_frames;
static double *frames_ms; /* (nullable): where frames are kept */
static guint n_kept;

/* --- waiting ---------------------------------------------------------------------------------- */

typedef gboolean (*Condition) (gconstpointer data);

static void
wait_for (Condition condition, gconstpointer data, const char *what)
{
  const gint64 until_us = g_get_monotonic_time () + DEADLINE_US;

  while (!condition (data))
    {
      if (g_get_monotonic_time () > until_us)
        {
          g_printerr ("bench-gui: %s did not come\n", what);
          exit (1);
        }
      g_main_context_iteration (NULL, TRUE);
    }
}

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
is_later (gconstpointer data)
{
  return g_get_monotonic_time () >= *(const gint64 *)data;
}

static void
run_for (int ms)
{
  gint64 until_us = g_get_monotonic_time () + ms * 1000;

  wait_for (is_later, &until_us, "time");
}

/* --- widgets ---------------------------------------------------------------------------------- */

/* Returns: (transfer none) (nullable): the first below that is on the screen and of that type */
static GtkWidget *
find (GtkWidget *widget, const char *type)
{
  GtkWidget *found = NULL;

  if (widget == NULL || !gtk_widget_get_mapped (widget))
    return NULL;
  if (g_type_is_a (G_OBJECT_TYPE (widget), g_type_from_name (type)))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static gboolean
is_there (gconstpointer type)
{
  return find (window, type) != NULL;
}

/* What a frame costs is told in the processor's time, which others on the machine do not change. */
static double
get_cpu_ms (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void
on_before_paint (GdkFrameClock *clock, gpointer data)
{
  frame_begin_ms = get_cpu_ms (CLOCK_THREAD_CPUTIME_ID);
}

static void
on_after_paint (GdkFrameClock *clock, gpointer data)
{
  n_frames++;
  if (frames_ms != NULL && n_kept < SCROLL_FRAMES)
    frames_ms[n_kept++] = get_cpu_ms (CLOCK_THREAD_CPUTIME_ID) - frame_begin_ms;
}

static gboolean
has_frame (gconstpointer since)
{
  return n_frames > *(const guint *)since;
}

static void
wait_frame (void)
{
  guint since = n_frames;

  gtk_widget_queue_draw (window);
  wait_for (has_frame, &since, "a frame");
}

static void
start (const char *address)
{
  g_autoptr (GError) error = NULL;

  if (!g_application_register (G_APPLICATION (application), NULL, &error))
    g_error ("%s", error->message);
  if (address != NULL)
    {
      const char *const addresses[] = { address, NULL };
      parlance_client_visit (parlance_application_get_client (application), NULL, addresses,
                             "bench");
    }
  g_application_activate (G_APPLICATION (application));
  window = GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (application)));
  GdkFrameClock *clock = gdk_surface_get_frame_clock (gtk_native_get_surface (GTK_NATIVE (window)));
  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), NULL);
}

/* --- what is measured ------------------------------------------------------------------------- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  const double left = *(const double *)a, right = *(const double *)b;

  return (left > right) - (left < right);
}

static void
say (const char *name, double ms)
{
  g_print ("%s %.2f\n", name, ms);
}

static void
say_spread (const char *name, double *ms, guint n)
{
  g_autofree char *median = g_strconcat (name, "-p50", NULL);
  g_autofree char *high = g_strconcat (name, "-p99", NULL);
  g_autofree char *longest = g_strconcat (name, "-longest", NULL);

  qsort (ms, n, sizeof *ms, compare_doubles);
  say (median, ms[n / 2]);
  say (high, ms[n * 99 / 100]);
  say (longest, ms[n - 1]);
}

static void
first_frame (void)
{
  guint none = 0;
  const gint64 start_us = g_ascii_strtoll (g_getenv ("PARLANCE_BENCH_START"), NULL, 10);

  start (NULL);
  wait_for (has_frame, &none, "the first frame");
  say ("first-frame-cpu", get_cpu_ms (CLOCK_PROCESS_CPUTIME_ID));
  say ("first-frame", (g_get_monotonic_time () - start_us) / 1000.0);
}

static void
scroll (void)
{
  GtkWidget *view = find (window, "ParlanceMessageView");
  GtkWidget *scrolled = find (view, "GtkScrolledWindow");
  GtkAdjustment *down = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  g_autofree double *kept = g_new0 (double, SCROLL_FRAMES);

  frames_ms = kept;
  while (n_kept < SCROLL_FRAMES)
    {
      double step = n_kept < SCROLL_FRAMES * 3 / 4 ? -SCROLL_PIXELS : SCROLL_PIXELS;
      gtk_adjustment_set_value (down, gtk_adjustment_get_value (down) + step);
      wait_frame ();
    }
  frames_ms = NULL;
  say_spread ("scroll-frame", kept, n_kept);
}

typedef struct
{
  gint64 last_us;
  double last_cpu_ms;
  double longest_ms;
  double longest_cpu_ms; /* of the main thread's own work, whoever else had the processor */
} Watchdog;

static gboolean
on_watchdog (gpointer data)
{
  Watchdog *self = data;
  const gint64 at_us = g_get_monotonic_time ();
  const double cpu_ms = get_cpu_ms (CLOCK_THREAD_CPUTIME_ID);

  self->longest_ms = MAX (self->longest_ms, (at_us - self->last_us) / 1000.0 - 1);
  self->longest_cpu_ms = MAX (self->longest_cpu_ms, cpu_ms - self->last_cpu_ms);
  self->last_us = at_us;
  self->last_cpu_ms = cpu_ms;
  return G_SOURCE_CONTINUE;
}

static void
on_message (ParlanceClient *client,
            ParlanceConversation *conversation,
            ParlanceMessage *message,
            gpointer n_messages)
{
  ++*(guint *)n_messages;
}

static void
flood (int seconds)
{
  const double begin_ms = get_cpu_ms (CLOCK_THREAD_CPUTIME_ID);
  Watchdog dog = { .last_us = g_get_monotonic_time (), .last_cpu_ms = begin_ms };
  guint n_messages = 0;

  g_signal_connect (parlance_application_get_client (application), "message",
                    G_CALLBACK (on_message), &n_messages);
  guint source = g_timeout_add_full (G_PRIORITY_HIGH, 1, on_watchdog, &dog, NULL);
  run_for (seconds * 1000);
  g_source_remove (source);
  say ("flood-messages", n_messages);
  say ("flood-stall", dog.longest_ms);
  say ("flood-stall-cpu", dog.longest_cpu_ms);
  say ("flood-cpu", (get_cpu_ms (CLOCK_THREAD_CPUTIME_ID) - begin_ms) / seconds);
}

static gboolean
is_gone (gconstpointer type)
{
  return find (window, type) == NULL;
}

static void
double_clicks (void)
{
  static const char text[] =
      "we ran through the old library and read until the evening was gone, then took our books, "
      "gave up on dinner and walked home along the river while it was still light enough";
  static const char *const words[] = { "ran",   "through", "old",    "library", "read",
                                       "until", "evening", "gone",   "then",    "took",
                                       "books", "gave",    "dinner", "walked",  "home",
                                       "along", "river",   "while",  "still",   "light" };
  double ms[G_N_ELEMENTS (words)];

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      GtkWidget *message = find (find (window, "ParlanceMessageView"), "ParlanceMessageText");
      GdkRectangle where = { 40, 4, 20, 12 };
      gint64 begin_us = g_get_monotonic_time ();

      g_signal_emit_by_name (message, "look-up", text, (gint64)(strstr (text, words[i]) - text + 1),
                             &where);
      wait_for (is_there, "ParlanceEntryView", "the definition");
      wait_frame ();
      ms[i] = (g_get_monotonic_time () - begin_us) / 1000.0;
      gtk_popover_popdown (GTK_POPOVER (find (window, "ParlanceLookupPopover")));
      wait_for (is_gone, "ParlanceLookupPopover", "that the popover closes");
    }
  say_spread ("popover", ms, G_N_ELEMENTS (words));
}

/* The rows of the results, each named after its headword. */
static gboolean
has_results (gconstpointer prefix)
{
  GtkWidget *row = find (find (window, "ParlanceDictionaryPane"), "ParlanceDictionaryHitRow");
  GtkWidget *label = find (row, "GtkLabel");

  return label != NULL &&
         g_ascii_strncasecmp (gtk_label_get_text (GTK_LABEL (label)), prefix, strlen (prefix)) == 0;
}

static void
type_letters (void)
{
  static const char *const words[] = { "reading", "library", "patience" };
  double ms[32];
  guint n = 0;

  gtk_widget_activate_action (window, "win.look-up", "s", "");
  wait_for (is_there, "ParlanceDictionaryPane", "the dictionary");
  /* Nobody types before it has been opened, for which the conversation is laid out anew. */
  run_for (SETTLE_MS);
  GtkWidget *entry = find (find (window, "ParlanceDictionaryPane"), "GtkSearchEntry");
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    for (gsize length = 1; words[i][length] != '\0'; length++)
      {
        g_autofree char *prefix = g_strndup (words[i], length);
        gint64 begin_us = g_get_monotonic_time ();

        gtk_editable_set_text (GTK_EDITABLE (entry), prefix);
        /* Another letter: until then, the rows of the shorter prefix may be there. */
        wait_for (has_results, prefix, "results");
        wait_frame ();
        ms[n++] = (g_get_monotonic_time () - begin_us) / 1000.0;
        run_for (30);
      }
  say_spread ("prefix", ms, n);
}

int
main (int argc, char **argv)
{
  const char *what = argc > 1 ? argv[1] : "";

  application = parlance_application_new ();
  if (g_str_equal (what, "frame"))
    {
      first_frame ();
      return 0;
    }
  if (argc < 3)
    {
      g_printerr ("Usage: bench-gui frame | scroll ADDRESS | flood ADDRESS SECONDS | "
                  "look-up ADDRESS\n");
      return 2;
    }
  start (argv[2]);
  /* Waiting must not sleep past its end. */
  guint ticks = g_timeout_add (5, on_tick, NULL);
  wait_for (is_there, "ParlanceMessageText", "a message");
  run_for (SETTLE_MS);
  g_source_remove (ticks);
  if (g_str_equal (what, "scroll"))
    scroll ();
  else if (g_str_equal (what, "flood"))
    {
      ticks = g_timeout_add (5, on_tick, NULL);
      g_print ("ready\n");
      flood (argc > 3 ? (int)strtol (argv[3], NULL, 10) : 10);
      g_source_remove (ticks);
    }
  else
    {
      ticks = g_timeout_add (1, on_tick, NULL);
      double_clicks ();
      type_letters ();
      g_source_remove (ticks);
    }
  return 0;
}
