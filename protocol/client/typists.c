/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who writes just now: a handful of nicks, and a timer for the one that goes first.
 */
#include "protocol/client/typists.h"

#include <string.h>

typedef struct
{
  char *nick;
  gint64 until_ms;
} Typist;

struct _ParlanceTypists
{
  const ParlanceClock *clock;
  GMainContext *context;
  void (*changed) (gpointer data);
  gpointer data;
  GPtrArray *typists; /* of Typist, sorted by nick */
  GPtrArray *nicks;   /* those of @typists, and NULL */
  GSource *timer;     /* (nullable) */
};

static void
typist_free (gpointer data)
{
  Typist *typist = data;

  g_free (typist->nick);
  g_free (typist);
}

ParlanceTypists *
parlance_typists_new (const ParlanceClock *clock,
                      GMainContext *context,
                      void (*changed) (gpointer data),
                      gpointer data)
{
  ParlanceTypists *self = g_new0 (ParlanceTypists, 1);

  self->clock = clock;
  self->context = g_main_context_ref (context);
  self->changed = changed;
  self->data = data;
  self->typists = g_ptr_array_new_with_free_func (typist_free);
  self->nicks = g_ptr_array_new ();
  g_ptr_array_add (self->nicks, NULL);
  return self;
}

void
parlance_typists_free (ParlanceTypists *self)
{
  parlance_clock_stop_timer (&self->timer);
  g_ptr_array_unref (self->typists);
  g_ptr_array_unref (self->nicks);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
tell (ParlanceTypists *self)
{
  g_ptr_array_set_size (self->nicks, 0);
  for (guint i = 0; i < self->typists->len; i++)
    g_ptr_array_add (self->nicks, ((Typist *)g_ptr_array_index (self->typists, i))->nick);
  g_ptr_array_add (self->nicks, NULL);
  self->changed (self->data);
}

static gboolean on_timer (gpointer user_data);

static void
set_timer (ParlanceTypists *self, gint64 now_ms)
{
  gint64 first_ms = G_MAXINT64;

  for (guint i = 0; i < self->typists->len; i++)
    first_ms = MIN (first_ms, ((Typist *)g_ptr_array_index (self->typists, i))->until_ms);
  if (first_ms == G_MAXINT64)
    parlance_clock_stop_timer (&self->timer);
  else
    parlance_clock_start_timer (self->clock, &self->timer, self->context,
                                (guint)MAX (first_ms - now_ms, 1), on_timer, self);
}

static gboolean
on_timer (gpointer user_data)
{
  ParlanceTypists *self = user_data;
  gint64 now_ms = parlance_clock_now_ms (self->clock);
  gboolean changed = FALSE;

  for (guint i = self->typists->len; i > 0; i--)
    if (((Typist *)g_ptr_array_index (self->typists, i - 1))->until_ms <= now_ms)
      {
        g_ptr_array_remove_index (self->typists, i - 1);
        changed = TRUE;
      }
  set_timer (self, now_ms);
  if (changed)
    tell (self);
  return G_SOURCE_REMOVE;
}

void
parlance_typists_add (ParlanceTypists *self, const char *nick)
{
  gint64 now_ms = parlance_clock_now_ms (self->clock);
  guint i = 0;
  int order = 1;
  while (i < self->typists->len &&
         (order = strcmp (((Typist *)g_ptr_array_index (self->typists, i))->nick, nick)) < 0)
    i++;

  gboolean is_there = i < self->typists->len && order == 0;
  if (!is_there)
    {
      if (self->typists->len >= PARLANCE_TYPISTS_MOST)
        return;
      Typist *typist = g_new0 (Typist, 1);
      typist->nick = g_strdup (nick);
      g_ptr_array_insert (self->typists, (int)i, typist);
    }
  ((Typist *)g_ptr_array_index (self->typists, i))->until_ms = now_ms + PARLANCE_TYPISTS_KEEP_MS;
  set_timer (self, now_ms);
  if (!is_there)
    tell (self);
}

void
parlance_typists_remove (ParlanceTypists *self, const char *nick)
{
  for (guint i = 0; i < self->typists->len; i++)
    if (strcmp (((Typist *)g_ptr_array_index (self->typists, i))->nick, nick) == 0)
      {
        g_ptr_array_remove_index (self->typists, i);
        tell (self);
        return;
      }
}

void
parlance_typists_clear (ParlanceTypists *self)
{
  parlance_clock_stop_timer (&self->timer);
  if (self->typists->len == 0)
    return;
  g_ptr_array_set_size (self->typists, 0);
  tell (self);
}

const char *const *
parlance_typists_get_nicks (ParlanceTypists *self)
{
  return (const char *const *)self->nicks->pdata;
}
