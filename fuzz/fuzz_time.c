/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/time: any bytes are EDTF or refused with a sentence; what was parsed prints as EDTF that
 * parses to the same print again; its days are in order and inside the calendar.
 */
#include "base/time.h"
#include "fuzz.h"

static void check_days(struct time_days d)
{
    must(d.first <= d.last && d.first >= TIME_DAY_MIN && d.last <= TIME_DAY_MAX);
    int year, month, day;
    time_civil(d.first, &year, &month, &day);
    must(time_is_date(year, month, day) && time_day(year, month, day) == d.first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct time_edtf e, again;
    struct err err = {0};
    if (time_parse(fuzz_str(data, size), &e, &err) != 0) {
        must(err.kind == ERR_INPUT && err.text[0]);
        return 0;
    }
    BUF_AUTO first, second;
    buf_init(&first, TIME_TEXT_MAX);
    buf_init(&second, TIME_TEXT_MAX);
    time_print(&first, &e);
    must(!first.full);
    must(time_parse(buf_str(&first), &again, &err) == 0);
    time_print(&second, &again);
    must(str_eq(buf_str(&first), buf_str(&second)));
    struct time_days d = time_days_of(&e), d2 = time_days_of(&again);
    check_days(d);
    must(time_compare(d, d2) == 0 && time_overlaps(d, d2) && time_contains(d, d2));
    return 0;
}
