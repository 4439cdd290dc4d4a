/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the server is to do: the key file and the options of the command line, merged and checked
 * into one immutable Config. An option beats the file.
 */
#pragma once

#include "server/chat/authority.h"
#include "server/confine.h"
#include "server/dictionary/library.h"
#include "server/net/address.h"
#include "server/net/connection.h"

/* As they stand on the command line; NULL where they were not given. */
typedef struct
{
  char *config;
  char **listen;
  char *dict_listen;
  char *discovery_port;
  char *data_dir;
  char **dictionaries;
  char *workers;
  char *name;
  char *send_rate;
  char *durability;
  char *max_connections;
  char *tls;
  char *confine;
  char *access;
} ConfigOptions;

typedef enum
{
  CONFIG_DURABILITY_FULL,
  CONFIG_DURABILITY_PROCESS,
  CONFIG_DURABILITY_MEMORY, /* nothing is stored */
} ConfigDurability;

/* What a [room NAME] group says. */
typedef struct
{
  ChatRetention retention;
  gboolean has_days; /* else it is the server's */
  gboolean has_messages;
} ConfigRoom;

/* Of strangers: [limits]. */
typedef struct
{
  PeerLimits peer;
  gboolean connections_default; /* nobody asked for that many */
  guint room_rate;              /* rooms a minute that an address, or an account, makes; 0: any */
  GArray *unlimited;            /* NetworkRange: what it is not about */
  guint64 max_memory;           /* [bytes]; 0: no ceiling */
  gboolean memory_default;      /* nobody asked for a ceiling: memory_limit_default() */
} ConfigLimits;

typedef struct
{
  char *name;
  GArray *listen;          /* Address */
  gboolean listen_default; /* nobody asked for @listen: one family that is missing is no mistake */
  GArray *dict_listen;     /* Address; empty: off */
  char *data_dir;
  GArray *dictionaries; /* LibrarySource: those that were named, in order */
  GHashTable *settings; /* file's stem -> what a [dictionary STEM] group says */
  guint n_workers;
  guint max_connections;
  gboolean max_connections_default;
  int discovery_port; /* -1: off */
  guint send_rate;    /* [messages/s]; 0: no limit */
  ConfigDurability durability;
  ConnectionTls tls;
  char *tls_certificate; /* (nullable): the one that the server has made */
  char *tls_key;         /* (nullable): in the same file */
  ConfineMode confine;
  ChatAccess access;
  char *password_hash;   /* (nullable): the server has no password */
  GHashTable *operators; /* set of folded nicks */
  ChatRetention retention;
  GHashTable *rooms; /* folded name -> ConfigRoom */
  ConfigLimits limits;
} Config;

/**
 * config_new:
 *
 * Reads the key file that @options names, if any, and checks everything. A mistake in the file is
 * reported with file, line and key.
 */
Config *config_new (const ConfigOptions *options, GError **error);
void config_free (Config *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Config, config_free)

/**
 * config_sources:
 *
 * Returns: (transfer full): LibrarySource: what was named, then what else lies in the data
 *   directory's `dictionaries/`, by name; without what the file switches off. Where that is
 *   nothing, the dictionary that comes with the program
 */
GArray *config_sources (const Config *self);

/** config_chat_limits: (transfer full) */
ChatLimits *config_chat_limits (const Config *self);
