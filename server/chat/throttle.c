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

/* How long until the bucket is as good as none [µs]; not above 0: it is now */
static gint64
until_full_us (const Throttle *self, const Bucket *bucket, gint64 now_us)
{
  double missing_us = ((double)self->burst - bucket->left) * (double)self->period_us;

  return bucket->at_us + (gint64)missing_us - now_us;
}

/* Returns: (nullable): %NULL, with how long to wait: there are too many that must not be forgotten
 */
static Bucket *
find_or_add (Throttle *self, const char *name, gint64 now_us, gint64 *ret_wait_us)
{
  Bucket *bucket = g_hash_table_lookup (self->buckets, name);

  if (bucket != NULL)
    {
      g_queue_unlink (&self->by_use, &bucket->link);
      g_queue_push_tail_link (&self->by_use, &bucket->link);
      return bucket;
    }
  if (self->by_use.length >= self->max_names)
    {
      Bucket *oldest = self->by_use.head->data;

      *ret_wait_us = until_full_us (self, oldest, now_us);
      if (*ret_wait_us > 0)
        return NULL;
      forget (self, oldest);
    }
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
  gint64 wait_us = 0;
  Bucket *bucket = find_or_add (self, name, now_us, &wait_us);

  if (bucket == NULL)
    return wait_us / 1000 + 1;
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

  if (bucket == NULL)
    return;
  bucket->left += 1.0;
  if (bucket->left >= (double)self->burst)
    forget (self, bucket);
}
