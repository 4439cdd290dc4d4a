/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bucket for each name, in a queue by when it was used last.
 */
#include "server/chat/throttle.h"

typedef struct
{
  char *name;
  double left;
  gint64 at_us;
  GList link; /* in Throttle.by_use */
} Bucket;

struct Throttle
{
  guint burst;
  gint64 period_us;
  guint max_names;
  GHashTable *buckets; /* name -> Bucket (owned) */
  GQueue by_use;
};

static void
bucket_free (gpointer data)
{
  Bucket *bucket = data;

  g_free (bucket->name);
  g_free (bucket);
}

Throttle *
throttle_new (guint burst, gint64 period_ms, guint max_names)
{
  Throttle *self = g_new0 (Throttle, 1);

  self->burst = burst;
  self->period_us = period_ms * 1000;
  self->max_names = max_names;
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, bucket_free);
  g_queue_init (&self->by_use);
  return self;
}

void
throttle_free (Throttle *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->buckets);
  g_free (self);
}

static void
forget (Throttle *self, Bucket *bucket)
{
  g_queue_unlink (&self->by_use, &bucket->link);
  g_hash_table_remove (self->buckets, bucket->name);
}

static Bucket *
find_or_add (Throttle *self, const char *name, gint64 now_us)
{
  Bucket *bucket = g_hash_table_lookup (self->buckets, name);

  if (bucket != NULL)
    {
      g_queue_unlink (&self->by_use, &bucket->link);
      g_queue_push_tail_link (&self->by_use, &bucket->link);
      return bucket;
    }
  if (self->by_use.length >= self->max_names)
    forget (self, self->by_use.head->data);
  bucket = g_new0 (Bucket, 1);
  bucket->name = g_strdup (name);
  bucket->left = self->burst;
  bucket->at_us = now_us;
  bucket->link.data = bucket;
  g_hash_table_insert (self->buckets, bucket->name, bucket);
  g_queue_push_tail_link (&self->by_use, &bucket->link);
  return bucket;
}

gint64
throttle_take (Throttle *self, const char *name, gint64 now_us)
{
  Bucket *bucket = find_or_add (self, name, now_us);
  double earned = (double)(now_us - bucket->at_us) / (double)self->period_us;

  bucket->left = MIN (bucket->left + earned, (double)self->burst);
  bucket->at_us = now_us;
  if (bucket->left < 1.0)
    return (gint64)((1.0 - bucket->left) * (double)self->period_us / 1000.0) + 1;
  bucket->left -= 1.0;
  return 0;
}

void
throttle_give_back (Throttle *self, const char *name)
{
  Bucket *bucket = g_hash_table_lookup (self->buckets, name);

  if (bucket != NULL)
    bucket->left = MIN (bucket->left + 1.0, (double)self->burst);
}
