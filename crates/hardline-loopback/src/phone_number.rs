//! What people write as a phone number, in its international form: enough for a test server.
//!
//! Countries' numbering plans are not known here: what has a country's calling code and a plausible length is a number.

/// The digits of a number's international form, without `+`; `None` if it is not a number.
///
/// `country` says whose dialling rules a number without `+` follows.
pub(crate) fn msisdn(country: &str, written: &str) -> Option<String> {
    let written = written.trim().replace("(0)", "");
    let (international, digits) = match written.strip_prefix('+') {
        Some(rest) => (true, digits(rest)?),
        None => (false, digits(&written)?),
    };
    let (code, national) = if international {
        split(&digits)?
    } else if let Some(dialled) = digits.strip_prefix("00") {
        split(dialled)?
    } else {
        let (code, _) = CALLING_CODES
            .iter()
            .find(|(_, countries)| countries.split(' ').any(|known| known == country))?;
        (*code, digits.as_str())
    };
    let national = without_trunk_prefix(code, national);
    // E.164 allows 15 digits with the calling code; nobody has a number with fewer than four.
    let plausible = national.len() >= 4 && code.len() + national.len() <= 15;
    plausible.then(|| format!("{code}{national}"))
}

/// The digits, without the separators that people put between them.
fn digits(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '0'..='9' => digits.push(character),
            ' ' | '\u{a0}' | '-' | '\u{2011}' | '.' | '/' | '(' | ')' => {}
            _ => return None,
        }
    }
    Some(digits)
}

fn split(international: &str) -> Option<(&'static str, &str)> {
    // No calling code is the beginning of another.
    CALLING_CODES
        .iter()
        .find_map(|(code, _)| Some((*code, international.strip_prefix(code)?)))
}

/// The number without the prefix that is dialled inside its country.
fn without_trunk_prefix<'a>(code: &str, national: &'a str) -> &'a str {
    let without = |prefix| national.strip_prefix(prefix).unwrap_or(national);
    match code {
        "1" | "7" if national.len() != 11 => national,
        "1" => without("1"),
        "7" => without("8"),
        "36" => without("06"),
        // The zero is a part of the number.
        "39" | "225" | "241" | "242" | "378" => national,
        _ => without("0"),
    }
}

/// Calling codes and the countries that have them.
const CALLING_CODES: &[(&str, &str)] = &[
    (
        "1",
        "AG AI AS BB BM BS CA DM DO GD GU JM KN KY LC MP MS PR SX TC TT US VC VG VI",
    ),
    ("20", "EG"),
    ("211", "SS"),
    ("212", "EH MA"),
    ("213", "DZ"),
    ("216", "TN"),
    ("218", "LY"),
    ("220", "GM"),
    ("221", "SN"),
    ("222", "MR"),
    ("223", "ML"),
    ("224", "GN"),
    ("225", "CI"),
    ("226", "BF"),
    ("227", "NE"),
    ("228", "TG"),
    ("229", "BJ"),
    ("230", "MU"),
    ("231", "LR"),
    ("232", "SL"),
    ("233", "GH"),
    ("234", "NG"),
    ("235", "TD"),
    ("236", "CF"),
    ("237", "CM"),
    ("238", "CV"),
    ("239", "ST"),
    ("240", "GQ"),
    ("241", "GA"),
    ("242", "CG"),
    ("243", "CD"),
    ("244", "AO"),
    ("245", "GW"),
    ("246", "IO"),
    ("247", "AC"),
    ("248", "SC"),
    ("249", "SD"),
    ("250", "RW"),
    ("251", "ET"),
    ("252", "SO"),
    ("253", "DJ"),
    ("254", "KE"),
    ("255", "TZ"),
    ("256", "UG"),
    ("257", "BI"),
    ("258", "MZ"),
    ("260", "ZM"),
    ("261", "MG"),
    ("262", "RE YT"),
    ("263", "ZW"),
    ("264", "NA"),
    ("265", "MW"),
    ("266", "LS"),
    ("267", "BW"),
    ("268", "SZ"),
    ("269", "KM"),
    ("27", "ZA"),
    ("290", "SH TA"),
    ("291", "ER"),
    ("297", "AW"),
    ("298", "FO"),
    ("299", "GL"),
    ("30", "GR"),
    ("31", "NL"),
    ("32", "BE"),
    ("33", "FR"),
    ("34", "ES"),
    ("350", "GI"),
    ("351", "PT"),
    ("352", "LU"),
    ("353", "IE"),
    ("354", "IS"),
    ("355", "AL"),
    ("356", "MT"),
    ("357", "CY"),
    ("358", "AX FI"),
    ("359", "BG"),
    ("36", "HU"),
    ("370", "LT"),
    ("371", "LV"),
    ("372", "EE"),
    ("373", "MD"),
    ("374", "AM"),
    ("375", "BY"),
    ("376", "AD"),
    ("377", "MC"),
    ("378", "SM"),
    ("380", "UA"),
    ("381", "RS"),
    ("382", "ME"),
    ("383", "XK"),
    ("385", "HR"),
    ("386", "SI"),
    ("387", "BA"),
    ("389", "MK"),
    ("39", "IT VA"),
    ("40", "RO"),
    ("41", "CH"),
    ("420", "CZ"),
    ("421", "SK"),
    ("423", "LI"),
    ("43", "AT"),
    ("44", "GB GG IM JE"),
    ("45", "DK"),
    ("46", "SE"),
    ("47", "NO SJ"),
    ("48", "PL"),
    ("49", "DE"),
    ("500", "FK"),
    ("501", "BZ"),
    ("502", "GT"),
    ("503", "SV"),
    ("504", "HN"),
    ("505", "NI"),
    ("506", "CR"),
    ("507", "PA"),
    ("508", "PM"),
    ("509", "HT"),
    ("51", "PE"),
    ("52", "MX"),
    ("53", "CU"),
    ("54", "AR"),
    ("55", "BR"),
    ("56", "CL"),
    ("57", "CO"),
    ("58", "VE"),
    ("590", "BL GP MF"),
    ("591", "BO"),
    ("592", "GY"),
    ("593", "EC"),
    ("594", "GF"),
    ("595", "PY"),
    ("596", "MQ"),
    ("597", "SR"),
    ("598", "UY"),
    ("599", "BQ CW"),
    ("60", "MY"),
    ("61", "AU CC CX"),
    ("62", "ID"),
    ("63", "PH"),
    ("64", "NZ"),
    ("65", "SG"),
    ("66", "TH"),
    ("670", "TL"),
    ("672", "NF"),
    ("673", "BN"),
    ("674", "NR"),
    ("675", "PG"),
    ("676", "TO"),
    ("677", "SB"),
    ("678", "VU"),
    ("679", "FJ"),
    ("680", "PW"),
    ("681", "WF"),
    ("682", "CK"),
    ("683", "NU"),
    ("685", "WS"),
    ("686", "KI"),
    ("687", "NC"),
    ("688", "TV"),
    ("689", "PF"),
    ("690", "TK"),
    ("691", "FM"),
    ("692", "MH"),
    ("7", "KZ RU"),
    ("81", "JP"),
    ("82", "KR"),
    ("84", "VN"),
    ("850", "KP"),
    ("852", "HK"),
    ("853", "MO"),
    ("855", "KH"),
    ("856", "LA"),
    ("86", "CN"),
    ("880", "BD"),
    ("886", "TW"),
    ("90", "TR"),
    ("91", "IN"),
    ("92", "PK"),
    ("93", "AF"),
    ("94", "LK"),
    ("95", "MM"),
    ("960", "MV"),
    ("961", "LB"),
    ("962", "JO"),
    ("963", "SY"),
    ("964", "IQ"),
    ("965", "KW"),
    ("966", "SA"),
    ("967", "YE"),
    ("968", "OM"),
    ("970", "PS"),
    ("971", "AE"),
    ("972", "IL"),
    ("973", "BH"),
    ("974", "QA"),
    ("975", "BT"),
    ("976", "MN"),
    ("977", "NP"),
    ("98", "IR"),
    ("992", "TJ"),
    ("993", "TM"),
    ("994", "AZ"),
    ("995", "GE"),
    ("996", "KG"),
    ("998", "UZ"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_of_a_number_gives_its_international_form() {
        for (country, written, expected) in [
            ("GB", "07700900001", "447700900001"),
            ("GB", "07700 900-001", "447700900001"),
            ("GB", "(07700) 900.001", "447700900001"),
            ("GB", "+44 7700 900001", "447700900001"),
            ("GB", "+44 (0)7700 900001", "447700900001"),
            ("FR", "0044 7700 900001", "447700900001"),
            ("US", "+447700900003", "447700900003"),
            ("ZZ", "+447700900003", "447700900003"),
            ("US", "(555) 010-0199", "15550100199"),
            ("CA", "1 555 010 0199", "15550100199"),
            ("IT", "06 1234 5678", "390612345678"),
            ("DE", "030 123456", "4930123456"),
            ("RU", "8 912 345-67-89", "79123456789"),
        ] {
            assert_eq!(
                msisdn(country, written).as_deref(),
                Some(expected),
                "{country} {written}"
            );
        }
    }

    #[test]
    fn what_is_no_number_gives_nothing() {
        for (country, written) in [
            ("GB", ""),
            ("GB", "not a number"),
            ("GB", "12"),
            ("GB", "+"),
            ("GB", "++447700900001"),
            ("GB", "+0447700900001"),
            ("GB", "07700x900001"),
            ("GB", "0770090000100000"),
            ("ZZ", "07700900001"),
            ("", "07700900001"),
            ("GB GG", "07700900001"),
        ] {
            assert_eq!(msisdn(country, written), None, "{country} {written}");
        }
    }

    #[test]
    fn calling_codes_and_countries_are_unambiguous() {
        for (index, (code, countries)) in CALLING_CODES.iter().enumerate() {
            for (other, _) in &CALLING_CODES[index + 1..] {
                assert!(
                    !other.starts_with(code) && !code.starts_with(other),
                    "{code} {other}"
                );
            }
            for country in countries.split(' ') {
                let mut all = CALLING_CODES.iter().flat_map(|(_, all)| all.split(' '));
                assert_eq!(all.by_ref().filter(|known| *known == country).count(), 1);
                assert_eq!(country.len(), 2);
            }
        }
    }
}
