/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A library is an immutable snapshot of all open dictionaries, in the order they are asked. Workers
 * share one through atomic reference counts and read it without locks; a reload makes another one.
 * This folder knows nothing of the server: it could be shipped alone.
 */
#pragma once

#include <glib.h>
#include <stdatomic.h>

typedef struct Library Library;

#define LIBRARY_MAX_DICTIONARIES 255
#define LIBRARY_MAX_NAME 255 /* [bytes] of a dictionary; no stem of a file is longer */

/* One dictionary to open. */
typedef struct
{
  char *path;        /* the source, as a person named it */
  char *name;        /* (nullable) instead of the file's stem; LIBRARY_MAX_NAME at most */
  gboolean required; /* named on the command line: when it cannot be opened the load fails */
} LibrarySource;

/* How a compilation goes on, for people. @name's @done of @total bytes are read. Called on the
 * loading thread. FALSE: the load is to be given up (G_FILE_ERROR_INTR). */
typedef gboolean (*LibraryProgress) (const char *name, guint64 done, guint64 total, gpointer data);
/* A source was refused, or something in it was left out; @message is one line. Loading goes on. */
typedef void (*LibraryReport) (const char *message, gpointer data);

typedef struct
{
  const char *cache_dir;    /* compiled files go here; made when missing */
  LibraryProgress progress; /* (nullable) */
  LibraryReport report;     /* (nullable) */
  gpointer data;
  gboolean wants_search;          /* open full-text indexes, build those of small dictionaries */
  LibraryProgress index_progress; /* (nullable): as @progress, of an index, in entries */
  const Library *previous; /* (nullable): serves on what has become damaged; not kept itself */
} LibraryOptions;

/**
 * library_load:
 * @sources: (array length=n_sources): in the order of asking
 *
 * Opens every source's compiled form, compiling where there is none, or it is half written, of
 * another version or of another state of the source. Two sources of the same name: the later one is
 * reported and left out. A source that is damaged, or whose compiled form cannot be written, and is
 * in @options->previous under the same path: what is open there is served on, and reported. Of one
 * compiled file in a cache only one process writes at a time; others wait or see the whole file.
 *
 * Returns: (transfer full): a library, without the sources that were reported; %NULL with an error
 * when a required source cannot be opened (%SOURCE_ERROR_IO, %SOURCE_ERROR_FORMAT) or its compiled
 * form not be written, or when the cache takes no file at all
 *
 * Thread: any; blocks, for seconds where it compiles
 */
Library *library_load (const LibrarySource *sources,
                       gsize n_sources,
                       const LibraryOptions *options,
                       GError **error);

/* [bytes] What a source says of itself is cut there, before a character that does not fit. All
 * dictionaries of a library, but for their infos, have to fit into one line of the protocol. */
#define LIBRARY_MAX_TITLE 512
#define LIBRARY_MAX_LANGUAGE 35 /* room for any tag: RFC 5646, 4.4.1 */
#define LIBRARY_MAX_LICENSE 256
#define LIBRARY_MAX_INFO 1048576 /* as of an entry's text */

typedef struct
{
  const char *name;   /* "wn" */
  const char *title;  /* never empty: falls back to the name */
  const char *source; /* language of the headwords, ISO 639-1, or "" */
  const char *target;
  const char *format;  /* "ecdict", "dictd", "tsv" */
  const char *license; /* or "" */
  const char *info;    /* what the source says of itself, or "" */
  guint64 n_entries;
} LibraryInfo;

/* One source, as library_survey() finds it. */
typedef struct
{
  const LibrarySource *source;
  const char *name;        /* (nullable): what it would be served under */
  const char *format;      /* (nullable) */
  const LibraryInfo *info; /* (nullable): only of what is compiled */
  const GError *error;     /* (nullable): why it cannot be read */
} LibrarySurvey;

typedef void (*LibrarySurveyor) (const LibrarySurvey *survey, gpointer data);

/**
 * library_survey:
 *
 * Tells of each source what library_load() would find, without compiling anything.
 *
 * Thread: any; blocks
 */
void library_survey (const LibrarySource *sources,
                     gsize n_sources,
                     const char *cache_dir,
                     LibrarySurveyor surveyor,
                     gpointer data);

Library *library_ref (Library *self);
void library_unref (Library *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Library, library_unref)

guint library_n_dictionaries (const Library *self);
const LibraryInfo *library_info (const Library *self, guint index);
/** library_find: the index of the dictionary called @name, or -1. */
int library_find (const Library *self, const char *name, gsize n_name);

/* Which dictionaries are asked, in this order. n_indexes 0: all, in the library's order. */
typedef struct
{
  guint8 indexes[LIBRARY_MAX_DICTIONARIES];
  guint n_indexes;
  gboolean exact_suffices; /* define: inflections only for a word without an entry of its own */
} LibrarySelection;

/* A word after normalisation (NFKC, full case folding, white space; docs/protocol.md, section 3).
 */
/* [bytes] NFKC makes at most 18 code points of one of 3 bytes; what passes this is cut and finds
 * nothing. */
#define LIBRARY_MAX_KEY 2048
typedef struct
{
  char text[LIBRARY_MAX_KEY + 1]; /* NUL-terminated */
  guint32 n_bytes;                /* 0: nothing is left */
} LibraryKey;

/**
 * library_fold:
 * @word: (array length=n_word): well-formed UTF-8; a NUL is folded to U+FFFD, which no key has
 */
void library_fold (const char *word, gsize n_word, LibraryKey *ret_key);

/**
 * library_foresee:
 *
 * Begins to fetch where library_define() will look for @key.
 *
 * Returns: what library_fetch() is given later, to begin to fetch the entries as well
 * Thread: any; never blocks
 */
guint64 library_foresee (const Library *self, const LibraryKey *key);
void library_fetch (const Library *self, guint64 foreseen);

/* One found entry. Every text is JSON string contents (escaped, without quotes), borrowed from the
 * mapping: valid while the library is referenced. The entry's object is put together as
 *   {"dictionary":"NAME","headword":"@headword","via":"exact"@rest
 * where @rest is never empty: it begins with a comma and ends with the closing brace. */
typedef struct
{
  const char *headword;
  guint32 n_headword;
  guint32 rank;     /* frequency, 1 the most frequent; 0: unknown */
  const char *rest; /* ,"phonetic":"…","text":"…","tags":[…]} */
  guint32 n_rest;
  gboolean is_lemma;    /* found through an inflection */
  const char *phonetic; /* within @rest; n_phonetic 0: none */
  const char *text;     /* within @rest */
  guint32 n_phonetic;
  guint32 n_text;
  guint8 dictionary; /* index in the library */
} LibraryEntry;

/**
 * library_define:
 * @word: what was asked, not folded: among equal keys its exact spelling comes first
 * @key: library_fold() of it
 * @max_entries: room in @ret_entries
 *
 * Exact entries of every selected dictionary in order, then those found through an inflection
 * (known to any dictionary of the same language in the library). No entry stands twice, and what
 * was found through an inflection is left out when its text is another entry's of its dictionary.
 * A dictionary's exact entries are those whose headword is asked for, then those found by another
 * spelling, a related one's, or a reading, of each the more frequent first. When not all fit, each
 * dictionary gets one of either kind in turn until there is no more room; the order is the same.
 *
 * Returns: how many were found and written, or -1 when a mapped file turned out to be damaged
 * Thread: any; never blocks but for page faults
 */
int library_define (const Library *self,
                    const char *word,
                    gsize n_word,
                    const LibraryKey *key,
                    const LibrarySelection *selection,
                    guint max_entries,
                    LibraryEntry *ret_entries);

typedef enum
{
  LIBRARY_STRATEGY_EXACT,
  LIBRARY_STRATEGY_PREFIX,
  LIBRARY_STRATEGY_SUFFIX,
  LIBRARY_STRATEGY_SUBSTRING, /* this one, FUZZY and REGEXP: library_scan() */
  LIBRARY_STRATEGY_FUZZY,
  LIBRARY_STRATEGY_SOUNDEX,
  LIBRARY_STRATEGY_REGEXP,
  LIBRARY_STRATEGY_LEMMA, /* the headwords a word is an inflection of */
} LibraryStrategy;

#define LIBRARY_N_STRATEGIES (LIBRARY_STRATEGY_LEMMA + 1)

const char *library_strategy_name (LibraryStrategy strategy);        /* "prefix" */
const char *library_strategy_description (LibraryStrategy strategy); /* for SHOW STRAT */
gboolean library_strategy_from_name (const char *name, LibraryStrategy *ret_strategy);
/** library_strategy_scans: whether no index leads to its matches: for library_scan() */
gboolean library_strategy_scans (LibraryStrategy strategy);

typedef struct
{
  const char *headword; /* as in LibraryEntry: JSON string contents */
  guint32 n_headword;
  guint8 dictionary;
} LibraryMatch;

/**
 * library_match:
 * @strategy: one that does not scan
 * @ret_matches: room for @limit
 * @ret_more: whether there are more than @limit
 *
 * Sorted by headword (its key, then its spelling, then the dictionaries' order); a headword stands
 * once per dictionary. EXACT, PREFIX and SUFFIX also find headwords by their other spellings, the
 * first two by their readings, too.
 *
 * Returns: how many, or -1 when a mapped file turned out to be damaged
 */
int library_match (const Library *self,
                   const LibraryKey *key,
                   LibraryStrategy strategy,
                   const LibrarySelection *selection,
                   guint limit,
                   LibraryMatch *ret_matches,
                   gboolean *ret_more);

/* What is asked of every key; milliseconds and more: for the compute pool. Set by any thread when
 * nobody waits for the answer any more. */
typedef _Atomic gboolean LibraryCancel;

static inline gboolean
library_is_cancelled (const LibraryCancel *cancelled)
{
  return cancelled && atomic_load_explicit (cancelled, memory_order_relaxed);
}

typedef struct
{
  LibraryStrategy strategy; /* one that scans */
  const char *word;         /* not folded: for REGEXP, the pattern */
  gsize n_word;
  const LibraryKey *key;             /* library_fold() of it; REGEXP does not look at it */
  const LibrarySelection *selection; /* who is asked */
  guint limit;
  const LibraryCancel *cancelled; /* (nullable) */
} LibraryScan;

/* LIBRARY_ERROR codes of library_scan(). PATTERN: no regular expression, or one that takes more
 * steps, memory or time than any should; the message says which. */
typedef enum
{
  LIBRARY_ERROR_DAMAGED,
  LIBRARY_ERROR_PATTERN,
  LIBRARY_ERROR_CANCELLED,
} LibraryErrorCode;

#define LIBRARY_ERROR (library_error_quark ())
GQuark library_error_quark (void);

/**
 * library_scan:
 * @ret_matches: room for the limit
 * @ret_more: whether there are more than the limit
 *
 * SUBSTRING and REGEXP sort like library_match(). FUZZY gives the keys that are at most two letters
 * put in, left out, replaced or swapped with their neighbour away, the nearest first, then the more
 * frequent, then as the others; of a word in Chinese, Japanese or Korean only itself. A regular
 * expression (PCRE2) is searched for in keys, without regard to case.
 *
 * Returns: how many, or -1 with an error
 */
int library_scan (const Library *self,
                  const LibraryScan *scan,
                  LibraryMatch *ret_matches,
                  gboolean *ret_more,
                  GError **error);

/**
 * library_suggest:
 * @cancelled: (nullable): as in library_scan(); the answer is then without worth
 *
 * Near headwords for a word that was not found, best first, never the word itself, of words that
 * differ in case alone one. May take milliseconds: for the compute pool.
 *
 * Returns: how many, at most @limit; or -1 as above
 */
int library_suggest (const Library *self,
                     const LibraryKey *key,
                     const LibrarySelection *selection,
                     guint limit,
                     const LibraryCancel *cancelled,
                     LibraryMatch *ret_matches);

/* A headword in a text. */
typedef struct
{
  guint32 start;        /* [code points] */
  guint32 end;          /* exclusive */
  const char *headword; /* as in LibraryEntry: JSON string contents */
  guint32 n_headword;
  gboolean is_lemma; /* found through an inflection */
  guint8 dictionary;
} LibrarySpan;

#define LIBRARY_WHOLE_TEXT (-1)

/**
 * library_annotate:
 * @text: (array length=n_text): well-formed UTF-8, as it was written
 * @at: [code points] from its beginning, or %LIBRARY_WHOLE_TEXT
 *
 * Which words stand in @text. The whole: cut into the longest headwords from left to right; words
 * that are none are left out. With @at: every headword that covers that place, each once, the
 * longest first; none where there is white space. Among headwords of one length what is written
 * comes before what is inflected, and then the dictionaries' order decides.
 *
 * Headwords begin and end at the borders of words (letters and digits, apostrophes inside), in
 * scripts without spaces at any character. The first and the last word of one may be inflected. Of
 * more than 32 words or characters none is found.
 *
 * The whole of a long text may take milliseconds: for the compute pool. A place takes under one.
 *
 * Returns: how many, at most @limit; or -1 as above
 */
int library_annotate (const Library *self,
                      const char *text,
                      gsize n_text,
                      gint64 at,
                      const LibrarySelection *selection,
                      guint limit,
                      LibrarySpan *ret_spans);

/* Whether a dictionary takes part in library_search(). BUILDING turns into another once, by
 * library_index(); the others stay. */
typedef enum
{
  LIBRARY_INDEX_NONE, /* it was not wanted, or could not be built or opened: that was reported */
  LIBRARY_INDEX_BUILDING, /* it is waited for */
  LIBRARY_INDEX_READY,
} LibraryIndexState;

/** library_index_state: of the dictionary @index. Any thread. */
LibraryIndexState library_index_state (const Library *self, guint index);

/**
 * library_index:
 * @options: as for library_load()
 *
 * Builds the full-text indexes that library_load() left for later, one after the other. Each takes
 * part in searches as soon as it is whole; one that cannot be written is reported and its
 * dictionary served without. Does nothing where all are there.
 *
 * Thread: any, one at a time; blocks, for seconds; others may read the library meanwhile
 */
void library_index (Library *self, const LibraryOptions *options);

/* [bytes] of about 160 characters, escaped, and what stands for the rest. */
#define LIBRARY_MAX_SNIPPET 1024

typedef struct
{
  const char *headword; /* as in LibraryEntry: JSON string contents */
  guint32 n_headword;
  guint8 dictionary;
  guint16 n_snippet;
  char snippet[LIBRARY_MAX_SNIPPET]; /* one line: JSON string contents, too */
} LibraryHit;

typedef struct
{
  const char *text; /* well-formed UTF-8 */
  gsize n_text;
  const LibrarySelection *selection;
  guint limit;
  const LibraryCancel *cancelled; /* (nullable) */
} LibrarySearch;

typedef enum
{
  LIBRARY_SEARCH_DONE,
  LIBRARY_SEARCH_EMPTY,       /* there is no word in the text */
  LIBRARY_SEARCH_BUILDING,    /* half an answer misleads: an asked dictionary's index is coming */
  LIBRARY_SEARCH_UNAVAILABLE, /* no asked dictionary has an index */
  LIBRARY_SEARCH_DAMAGED,
} LibrarySearchEnd;

/**
 * library_search:
 * @ret_hits: room for @search->limit
 * @ret_more: whether there is more than was written
 *
 * The entries, headwords included, that hold all words of the text, best first. What stands between
 * quotes, or is written without white space (Chinese), is found together and in that order.
 * English words are found in their other forms too.
 *
 * Of a word of very many entries only some thousand are looked at, the most frequent headwords and
 * those that hold it themselves; and after 30 ms of the processor's time what was found so far has
 * to do. For the compute pool.
 */
LibrarySearchEnd library_search (const Library *self,
                                 const LibrarySearch *search,
                                 LibraryHit *ret_hits,
                                 guint *ret_n_hits,
                                 gboolean *ret_more);
