/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * FreeDict's names hold the languages (ISO 639-3); for the dictionaries that Debian packages as
 * dict-NAME there is a table. Licences are those of the packages' copyright files.
 */
#include "server/dictionary/formats/dictd-names.h"

#include <glib.h>
#include <string.h>

static const struct
{
  char iso3[4];
  char iso1[3];
} languages[] = {
  { "afr", "af" }, { "ara", "ar" }, { "bre", "br" }, { "bul", "bg" }, { "cat", "ca" },
  { "ces", "cs" }, { "cym", "cy" }, { "dan", "da" }, { "deu", "de" }, { "ell", "el" },
  { "eng", "en" }, { "epo", "eo" }, { "est", "et" }, { "eus", "eu" }, { "fin", "fi" },
  { "fra", "fr" }, { "gla", "gd" }, { "gle", "ga" }, { "glg", "gl" }, { "heb", "he" },
  { "hin", "hi" }, { "hrv", "hr" }, { "hun", "hu" }, { "iku", "iu" }, { "ind", "id" },
  { "isl", "is" }, { "ita", "it" }, { "jpn", "ja" }, { "kmr", "ku" }, { "kor", "ko" },
  { "kur", "ku" }, { "lat", "la" }, { "lav", "lv" }, { "lit", "lt" }, { "mkd", "mk" },
  { "nld", "nl" }, { "nno", "nn" }, { "nob", "nb" }, { "nor", "no" }, { "oci", "oc" },
  { "pol", "pl" }, { "por", "pt" }, { "ron", "ro" }, { "rus", "ru" }, { "san", "sa" },
  { "slk", "sk" }, { "slv", "sl" }, { "spa", "es" }, { "sqi", "sq" }, { "srp", "sr" },
  { "swa", "sw" }, { "swe", "sv" }, { "swh", "sw" }, { "tha", "th" }, { "tur", "tr" },
  { "ukr", "uk" }, { "urd", "ur" }, { "vie", "vi" }, { "wol", "wo" }, { "zho", "zh" },
};

static const struct
{
  const char *stem;
  DictdFacts facts;
} known[] = {
  { "bouvier", { "en", "en", "" } },
  { "devil", { "en", "en", "public domain" } },
  { "easton", { "en", "en", "" } },
  { "elements", { "en", "en", "public domain" } },
  { "english-german", { "en", "de", "GPL-2.0-or-later" } },
  { "foldoc", { "en", "en", "GFDL-1.1-or-later" } },
  { "gaz2k-counties", { "en", "en", "" } },
  { "gaz2k-places", { "en", "en", "" } },
  { "gaz2k-zips", { "en", "en", "" } },
  { "gcide", { "en", "en", "GPL-2.0-or-later" } },
  { "german-english", { "de", "en", "GPL-2.0-or-later" } },
  { "hitchcock", { "en", "en", "" } },
  { "jargon", { "en", "en", "public domain" } },
  { "moby-thesaurus", { "en", "en", "" } },
  { "vera", { "en", "en", "GFDL-1.1-or-later" } },
  { "web1913", { "en", "en", "" } },
  { "wn", { "en", "en", "WordNet" } },
  { "world02", { "en", "en", "" } },
  { "world95", { "en", "en", "" } },
};

/* Returns: three bytes, zeros when it is not known */
static const char *
two_letters (const char *iso3)
{
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (memcmp (languages[i].iso3, iso3, 3) == 0)
      return languages[i].iso1;
  return "\0\0";
}

DictdFacts
dictd_facts (const char *stem)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (known[i].stem, stem) == 0)
      return known[i].facts;

  DictdFacts facts = { "", "", "" };
  /* freedict-eng-deu */
  static const char prefix[] = "freedict-";
  if (!g_str_has_prefix (stem, prefix))
    return facts;
  const char *pair = stem + strlen (prefix);
  if (strlen (pair) == 7 && pair[3] == '-')
    {
      memcpy (facts.source, two_letters (pair), sizeof (facts.source));
      memcpy (facts.target, two_letters (pair + 4), sizeof (facts.target));
    }
  return facts;
}
