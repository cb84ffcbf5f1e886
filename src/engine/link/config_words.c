/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words that head columns in lists of persons: English, German, French, Spanish, Portuguese,
 * Russian, Ukrainian, Arabic; folded, without marks. The longest that stands in a header decides.
 */
#include "base/text.h"
#include "engine/link/config_parts.h"

struct words {
    enum link_role role;
    const char *phrases; /* divided by "|" */
};

static const struct words table[] = {
    {LINK_ROLE_GIVEN,
     "first name|given name|given names|forename|forenames|firstname|fname|given|first|"
     "christian name|vorname|vornamen|rufname|prenom|prenoms|nombre de pila|nombres|"
     "primer nombre|primeiro nome|имя|имена|ім я|імя|الاسم الاول|اسم اول"},
    {LINK_ROLE_MIDDLE,
     "middle name|middle names|middle|mname|patronymic|father name|fathers name|father s name|"
     "name of father|father|grandfather|grandfather name|grandfathers name|second name|"
     "zweiter vorname|vatersname|name des vaters|nom du pere|nombre del padre|"
     "segundo nombre|отчество|имя отца|по батькові|батькові|اسم الاب|اسم الجد|الاب|الجد|"
     "اسم الوالد"},
    {LINK_ROLE_FAMILY,
     "last name|last names|lastname|lname|surname|surnames|sname|family name|family|last|"
     "nachname|familienname|zuname|nom de famille|nom usuel|apellido|apellidos|"
     "primer apellido|segundo apellido|apellido paterno|apellido materno|sobrenome|"
     "фамилия|прізвище|اسم العائله|العائله|اللقب|لقب|الكنيه|النسبه"},
    {LINK_ROLE_FULL,
     "name|names|full name|fullname|whole name|person|person name|victim|victim name|"
     "name of victim|detainee|detainee name|prisoner|nom|nom complet|nombre|nombre completo|"
     "nome|nome completo|vollstandiger name|фио|ф и о|полное имя|піб|п і б|الاسم|اسم|"
     "الاسم الكامل|الاسم الرباعي|الاسم الثلاثي|اسم الشهيد|اسم الضحيه|اسم المعتقل"},
    {LINK_ROLE_BIRTH,
     "date of birth|birth date|birthdate|dob|d o b|birthday|born|born on|bdate|birth|"
     "geburtsdatum|geburtstag|geb datum|geboren|geboren am|geb|date de naissance|naissance|"
     "date naissance|ne le|fecha de nacimiento|fecha nacimiento|fec nac|nacimiento|"
     "data de nascimento|nascimento|дата рождения|рождения|дата рожд|д р|"
     "дата народження|تاريخ الميلاد|تاريخ الولاده|الميلاد|تاريخ ميلاد"},
    {LINK_ROLE_BIRTH_YEAR,
     "birth year|year of birth|yob|byear|birthyear|geburtsjahr|jahrgang|annee de naissance|"
     "annee naissance|ano de nacimiento|ano nacimiento|ano de nascimento|год рождения|"
     "год рожд|г р|рік народження|سنه الميلاد|سنه الولاده|عام الميلاد|مواليد"},
    {LINK_ROLE_BIRTH_MONTH,
     "birth month|month of birth|mob|bmonth|birthmonth|geburtsmonat|mois de naissance|"
     "mes de nacimiento|месяц рождения|місяць народження|شهر الميلاد"},
    {LINK_ROLE_BIRTH_DAY,
     "birth day|day of birth|bday|geburtstag tag|jour de naissance|dia de nacimiento|"
     "день рождения|день народження|يوم الميلاد"},
    {LINK_ROLE_AGE, "age|ages|age years|age at death|age at arrest|age at "
                    "event|alter|edad|idade|возраст|лет|вік|років|العمر|عمر|السن"},
    {LINK_ROLE_EVENT,
     "date|event date|date of event|incident date|date of incident|date of death|death date|"
     "death|died|dod|killed|date of arrest|arrest date|arrest|arrested|detained|"
     "date of detention|detention date|date of disappearance|disappeared|missing since|"
     "datum|todesdatum|sterbedatum|festnahme|verhaftung|todestag|deces|date de deces|"
     "date du deces|date d arrestation|fecha|fecha de muerte|fecha de defuncion|defuncion|"
     "fecha de detencion|fecha de desaparicion|data|data do obito|дата|дата смерти|смерти|"
     "дата гибели|дата ареста|дата задержания|дата загибелі|дата смерті|дата затримання|"
     "تاريخ|التاريخ|تاريخ الوفاه|تاريخ الاستشهاد|تاريخ الاعتقال|تاريخ الحادث"},
    {LINK_ROLE_SEX, "sex|gender|geschlecht|sexe|genre|sexo|genero|пол|стать|الجنس|جنس|النوع"},
    {LINK_ROLE_PLACE,
     "place|city|town|village|suburb|locality|location|settlement|municipality|district|"
     "county|region|governorate|province|parish|camp|home|residence|place of birth|"
     "birth place|birthplace|birth town|birth city|place of death|place of residence|country|"
     "ort|wohnort|stadt|geburtsort|gemeinde|kreis|land|lieu|ville|commune|departement|pays|"
     "lieu de naissance|ciudad|lugar|municipio|localidad|lugar de nacimiento|provincia|"
     "departamento|cidade|pais|город|место|место рождения|место жительства|"
     "населенный пункт|нас пункт|село|область|район|страна|місто|місце народження|"
     "населений пункт|край|المدينه|مدينه|المحافظه|محافظه|مكان|مكان الولاده|البلده|القريه|"
     "الحي|المنطقه|مكان السكن"},
    {LINK_ROLE_ADDRESS,
     "address|addr|address line|street|street name|street number|street no|road|house|"
     "house number|house no|flat|apartment|strasse|str|hausnummer|hausnr|anschrift|adresse|"
     "rue|numero de rue|direccion|domicilio|calle|endereco|rua|адрес|улица|дом|квартира|"
     "адреса|вулиця|будинок|العنوان|عنوان|الشارع|شارع"},
    {LINK_ROLE_POSTCODE,
     "postcode|post code|postal code|postal|zip|zip code|zipcode|plz|postleitzahl|"
     "code postal|codigo postal|cep|индекс|почтовый индекс|поштовий індекс|الرمز البريدي"},
    {LINK_ROLE_IDENTIFIER,
     "ssn|soc sec|soc sec id|soc sec no|social security|social security number|national id|"
     "national number|national no|nationalid|identity number|identity card|id number|id no|"
     "id card|passport|passport number|passport no|tax id|tax number|personal number|"
     "personal id|nhs number|insurance number|ausweis|ausweisnummer|personalausweis|"
     "steuer id|sozialversicherungsnummer|versicherungsnummer|carte d identite|"
     "securite sociale|dni|cedula|curp|nif|cpf|pasaporte|паспорт|снилс|инн|іпн|"
     "номер паспорта|ідентифікаційний код|رقم الهويه|الهويه|هويه|الرقم الوطني|رقم وطني|"
     "رقم الجواز|جواز السفر"},
    {LINK_ROLE_ID,
     "id|rec id|record id|recid|record|record number|record no|row|row id|rowid|unique id|"
     "uid|uuid|key|no|nr|number|num|index|serial|case id|case no|case number|code|"
     "laufende nummer|lfd nr|numero|номер|п п|ид|رقم|الرقم|معرف|م"},
    {LINK_ROLE_LIST,
     "list|list name|source|sources|dataset|data source|database|liste|quelle|fuente|lista|"
     "origen|fonte|список|источник|база|джерело|القائمه|المصدر|مصدر"},
    {LINK_ROLE_CONTACT,
     "email|e mail|mail|email address|phone|phone number|phone no|telephone|tel|mobile|"
     "mobile number|cell|cellphone|telefon|telefonnummer|handy|courriel|portable|telefono|"
     "correo|correo electronico|movil|celular|телефон|почта|эл почта|пошта|هاتف|الهاتف|"
     "جوال|الجوال|بريد|البريد"},
    {LINK_ROLE_CATEGORY,
     "state|religion|sect|status|marital status|ethnicity|race|nationality|citizenship|rank|"
     "party|bundesland|familienstand|staatsangehorigkeit|konfession|etat civil|nationalite|"
     "estado|estado civil|nacionalidad|nacionalidade|гражданство|национальность|статус|"
     "громадянство|семейное положение|الحاله|الجنسيه|الحاله الاجتماعيه|الديانه"},
    {LINK_ROLE_TEXT,
     "occupation|profession|job|trade|work|employer|unit|beruf|tatigkeit|metier|emploi|"
     "ocupacion|profesion|oficio|profissao|профессия|должность|работа|професія|посада|"
     "المهنه|مهنه|العمل|الوظيفه|mother|mother name|mothers name|mother s name|"
     "mother maiden name|mutter|mere|nom de la mere|madre|nombre de la madre|мать|имя матери|"
     "мати|اسم الام|الام|spouse|wife|husband|ehefrau|conjoint"},
    {LINK_ROLE_IGNORE,
     "cluster|cluster id|entity|entity "
     "id|note|notes|comment|comments|remark|remarks|description|url|link|photo|image|picture|"
     "bemerkung|bemerkungen|kommentar|notiz|remarque|remarques|commentaire|observaciones|"
     "notas|observacoes|примечание|примечания|комментарий|фото|ссылка|примітка|примітки|"
     "коментар|ملاحظات|ملاحظه|صوره|رابط|updated|created|timestamp|entered by"},
};

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Arabic letters that stand for one another in spelling: ى for ي, ة for ه. */
static void add_letter(struct buf *out, struct str letter)
{
    if (str_eq(letter, STR("ة")))
        letter = STR("ه");
    else if (str_eq(letter, STR("ى")))
        letter = STR("ي");
    else if (str_eq(letter, STR("ё")))
        letter = STR("е");
    buf_add(out, letter);
}

void link_header_words(struct str header, struct buf *out)
{
    BUF_AUTO open;
    buf_init(&open, 8192);
    for (size_t i = 0; i < header.n && i < 1000; i++) {
        char c = header.p[i], before = i ? header.p[i - 1] : ' ';
        bool edge = (is_upper(c) && is_small(before)) || is_digit(c) != is_digit(before);
        if (edge && i)
            buf_add_char(&open, ' ');
        buf_add_char(&open, c);
    }
    BUF_AUTO folded;
    buf_init(&folded, 16384);
    text_fold(&folded, buf_str(&open), false);
    struct str s = buf_str(&folded);
    size_t begin = out->n;
    for (size_t i = 0, next; i < s.n; i = next) {
        uint32_t cp = text_decode(s, i, &next);
        if (text_is_letter(cp) || text_is_digit(cp))
            add_letter(out, str_slice(s, i, next));
        else if (out->n > begin && out->p[out->n - 1] != ' ')
            buf_add_char(out, ' ');
    }
    while (out->n > begin && out->p[out->n - 1] == ' ')
        out->n--;
}

/* Does the phrase stand in the words, as whole words, or are they written as one? */
static bool stands_in(struct str words, struct str squeezed, struct str phrase)
{
    for (size_t at = str_find(words, phrase, 0); at != STR_NONE;
         at = str_find(words, phrase, at + 1)) {
        size_t end = at + phrase.n;
        if ((at == 0 || words.p[at - 1] == ' ') && (end == words.n || words.p[end] == ' '))
            return true;
    }
    size_t k = 0;
    for (size_t i = 0; i < phrase.n; i++) {
        if (phrase.p[i] == ' ')
            continue;
        if (k == squeezed.n || squeezed.p[k] != phrase.p[i])
            return false;
        k++;
    }
    return k == squeezed.n;
}

/* The longest phrase of a role that stands in the words. */
static size_t longest(const struct words *w, struct str words, struct str squeezed)
{
    size_t best = 0;
    struct str rest = str_of(w->phrases);
    while (rest.n) {
        size_t bar = str_find(rest, STR("|"), 0);
        struct str phrase = str_slice(rest, 0, bar);
        if (phrase.n > best && stands_in(words, squeezed, phrase))
            best = phrase.n;
        rest = bar == STR_NONE ? STR("") : str_slice(rest, bar + 1, rest.n);
    }
    return best;
}

enum link_role link_header_role(struct str header)
{
    BUF_AUTO words;
    BUF_AUTO squeezed;
    buf_init(&words, 16384);
    buf_init(&squeezed, 16384);
    link_header_words(header, &words);
    for (size_t i = 0; i < words.n; i++)
        if (words.p[i] != ' ')
            buf_add_char(&squeezed, words.p[i]);
    enum link_role role = LINK_ROLE_COUNT;
    size_t most = 0, given = 0, family = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t n = longest(&table[i], buf_str(&words), buf_str(&squeezed));
        if (table[i].role == LINK_ROLE_GIVEN)
            given = n;
        if (table[i].role == LINK_ROLE_FAMILY)
            family = n;
        if (n > most) {
            most = n;
            role = table[i].role;
        }
    }
    if (given && family && (role == LINK_ROLE_GIVEN || role == LINK_ROLE_FAMILY) &&
        given + family < words.n)
        return LINK_ROLE_FULL;
    return role;
}
