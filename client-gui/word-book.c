/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words by headword.
 */
#include "client-gui/word-book.h"

struct _ParlanceWordBook
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (ParlanceWordBook, parlance_word_book, G_TYPE_OBJECT)

ParlanceWordBook *
parlance_word_book_new (const char *path)
{
  return g_object_new (PARLANCE_TYPE_WORD_BOOK, NULL);
}

void
parlance_word_book_save (ParlanceWordBook *self,
                         ParlanceEntry *entry,
                         const ParlanceWordContext *context)
{
  g_return_if_fail (PARLANCE_IS_WORD_BOOK (self));
}

gboolean
parlance_word_book_contains (ParlanceWordBook *self, const char *headword)
{
  g_return_val_if_fail (PARLANCE_IS_WORD_BOOK (self), FALSE);

  return FALSE;
}

static void
parlance_word_book_class_init (ParlanceWordBookClass *klass)
{
}

static void
parlance_word_book_init (ParlanceWordBook *self)
{
}
