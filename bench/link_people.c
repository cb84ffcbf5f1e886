/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Invented persons for measuring record linkage, with the truth.
 *
 * usage: link_people plain|rich PERSONS SEED FOLDER
 *
 * plain: one list, people.csv, Latin letters; 28 % of the persons are listed twice, the second
 * time with up to four errors of twelve kinds. rich: four lists with their own capture rates,
 * scripts and errors; see link_people_rich.c. Both write truth.csv: record, entity. Rows are
 * shuffled, ids say nothing. No person, place or street is real; family names, places and
 * streets are built from syllables.
 */
#include "link_people.h"

#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    uint64_t persons = argc == 5 ? strtoull(argv[2], NULL, 10) : 0;
    if (persons < 1 || persons > 20000000) {
        (void)fprintf(stderr, "usage: link_people plain|rich PERSONS SEED FOLDER\n");
        return 2;
    }
    uint64_t seed = strtoull(argv[3], NULL, 10);
    if (strcmp(argv[1], "rich") == 0)
        people_rich(persons, seed, argv[4]);
    else
        people_plain(persons, seed, argv[4]);
    return 0;
}
