/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-gui/toast.h"

AdwToast *
parlance_toast_new (const char *words)
{
  AdwToast *toast = adw_toast_new ("");
  g_autofree char *title = g_markup_escape_text (words, -1);

  adw_toast_set_title (toast, title);
  return toast;
}

void
parlance_toast (AdwToastOverlay *toasts, const char *words)
{
  adw_toast_overlay_add_toast (toasts, parlance_toast_new (words));
}
