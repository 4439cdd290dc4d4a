/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Defines the GType of a reference-counted type. It stands in for G_DEFINE_BOXED_TYPE, whose
 * argument to a transparent union is not ISO C and so does not compile without warnings.
 */
#pragma once

#include <glib-object.h>

#define PARLANCE_DEFINE_BOXED_TYPE(TypeName, type_name)                                            \
  GType type_name##_get_type (void)                                                                \
  {                                                                                                \
    static gsize type_id;                                                                          \
                                                                                                   \
    if (g_once_init_enter (&type_id))                                                              \
      g_once_init_leave (&type_id,                                                                 \
                         g_boxed_type_register_static (#TypeName, (GBoxedCopyFunc)type_name##_ref, \
                                                       (GBoxedFreeFunc)type_name##_unref));        \
    return type_id;                                                                                \
  }
