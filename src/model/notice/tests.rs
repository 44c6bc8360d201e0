//! Texts, languages, placeholders and states of notices.

use std::collections::BTreeMap;

use super::super::{CatalogueProduct, Currency};
use super::locale::lookup;
use super::template::Template;
use super::values::{amount, moment};
use super::*;
use crate::model::Catalogue;

fn texts(json: &str) -> Result<NoticeTexts, BadNoticeText> {
    NoticeTexts::new("en", &serde_json::from_str(json).unwrap())
}

fn gems(quantity: i64) -> Vec<Grant> {
    vec![Grant { item: "gem".to_owned(), quantity }]
}

fn details() -> NoticeDetails {
    NoticeDetails {
        store: Some(Store::AppStore),
        product: Some("gems.500".to_owned()),
        amount: Some(money(4_990_000, "USD")),
        items: gems(100),
        until: Some(Timestamp::from_secs(1_790_000_000)),
        until_settled: false,
        owed: gems(400),
        block: Some(1),
    }
}

fn money(micros: i64, currency: &str) -> Money {
    Money { micros, currency: Currency::new(currency).unwrap() }
}

fn catalogue() -> Catalogue {
    let product: CatalogueProduct =
        serde_json::from_str(r#"{"product":"gems.500","names":{"en":"500 gems","ko":"보석 500개"}}"#)
            .unwrap();
    let items = serde_json::from_str(r#"{"gem":{"en":"gems","ko":"보석"}}"#).unwrap();
    Catalogue::new(vec![product], items).unwrap()
}

#[test]
fn every_name_has_a_text_in_three_languages() {
    let texts = NoticeTexts::default();
    let mut seen = std::collections::BTreeSet::new();
    for name in NoticeName::ALL {
        assert_eq!(serde_json::to_value(name).unwrap(), name.as_str());
        for locale in ["en", "ko", "ja"] {
            let wording = texts.word(*name, &details(), locale, &catalogue());
            assert_eq!(wording.locale, locale);
            for text in [&wording.title, &wording.text] {
                assert!(!text.is_empty() && !text.contains(['{', '}']), "{name:?} {locale}: {text}");
            }
            assert!(seen.insert((wording.title, wording.text)), "{name:?} {locale}");
            let bare = texts.word(*name, &NoticeDetails::default(), locale, &Catalogue::default());
            assert!(!bare.text.contains(['{', '}', '–']), "{name:?} {locale}: {}", bare.text);
        }
    }
}

#[test]
fn a_text_has_names_amounts_and_times_as_the_player_reads_them() {
    let texts = NoticeTexts::default();
    let word = |name, locale| texts.word(name, &details(), locale, &catalogue()).text;
    assert_eq!(
        word(NoticeName::Blocked, "en"),
        "App Store refunded 4.99 USD for 500 gems. Your account is blocked until 2026-09-21 14:13 UTC."
    );
    assert_eq!(
        word(NoticeName::ItemsOwed, "ko-KR"),
        "App Store에서 보석 500개 결제가 환불되었습니다(4.99 USD). 아직 반환하지 않은 아이템: 보석 ×400."
    );
    // The catalogue has no Japanese names: those of the default language.
    assert_eq!(
        word(NoticeName::ItemsTaken, "ja"),
        "App Storeで500 gemsの支払いが返金されました(4.99 USD)。回収したアイテム: gems ×100。"
    );
    let forever = NoticeDetails { until: None, amount: None, ..details() };
    assert_eq!(
        texts.word(NoticeName::Blocked, &forever, "en", &Catalogue::default()).text,
        "App Store refunded your payment for gems.500. Your account is blocked until further notice."
    );
}

#[test]
fn a_block_until_repaid_lasts_until_what_is_owed_is_repaid() {
    let texts = NoticeTexts::default();
    let known = NoticeDetails { until: None, until_settled: true, ..details() };
    let unknown = NoticeDetails { owed: Vec::new(), ..known.clone() };
    let ends = |details: &NoticeDetails, locale: &str| {
        let text = texts.word(NoticeName::Blocked, details, locale, &catalogue()).text;
        let at = text.find(". ").or(text.find("。")).unwrap();
        text[at..].trim_start_matches(['.', '。', ' ']).to_owned()
    };
    assert_eq!(
        ["en", "ko", "ja"].map(|locale| ends(&known, locale)),
        [
            "Your account is blocked until these items are repaid: gems ×400.",
            "다음 아이템을 모두 반환할 때까지(보석 ×400) 계정 이용이 제한됩니다.",
            "次のアイテムがすべて返却されるまで(gems ×400)、アカウントの利用が制限されます。",
        ]
    );
    assert_eq!(
        ["en", "ko", "ja"].map(|locale| ends(&unknown, locale)),
        [
            "Your account is blocked until what you owe is repaid.",
            "반환할 아이템을 모두 반환할 때까지 계정 이용이 제한됩니다.",
            "未返却のアイテムがすべて返却されるまで、アカウントの利用が制限されます。",
        ]
    );
}

#[test]
fn an_amount_without_a_currency_is_unknown() {
    let nothing = NoticeDetails { amount: Some(Money::NOTHING), ..details() };
    let text = NoticeTexts::default().word(NoticeName::ItemsOwed, &nothing, "en", &catalogue()).text;
    assert_eq!(text, "App Store refunded your payment for 500 gems. You still owe: gems ×400.");
}

#[test]
fn a_value_is_never_read_as_a_placeholder() {
    let details = NoticeDetails {
        product: Some("{owed}".to_owned()),
        owed: vec![Grant { item: "{product}".to_owned(), quantity: 1 }],
        ..details()
    };
    let wording = NoticeTexts::default().word(NoticeName::ItemsOwed, &details, "en", &Catalogue::default());
    assert_eq!(wording.text, "App Store refunded 4.99 USD for {owed}. You still owe: {product} ×1.");
}

#[test]
fn languages_are_looked_up_from_the_most_exact_to_the_default_one() {
    let there: BTreeMap<String, ()> =
        ["en", "zh-Hant", "pt-BR", "ko"].into_iter().map(|tag| (tag.to_owned(), ())).collect();
    for (range, found) in [
        ("ko-KR", Some("ko")),
        ("ko_KR", Some("ko")),
        ("KO", Some("ko")),
        ("zh-Hant-CN-x-private1-private2", Some("zh-Hant")),
        ("zh-hant-x", Some("zh-Hant")),
        ("zh", None),
        ("pt-PT", None),
        ("pt-br", Some("pt-BR")),
        ("*", None),
        ("", None),
        ("-", None),
        ("fr", None),
    ] {
        assert_eq!(lookup(&there, range).map(|(tag, ())| tag), found, "{range}");
    }
    assert_eq!(lookup(&there, &format!("ko-{}", "a-".repeat(100))), None, "too long to be one");
    let texts = NoticeTexts::new("ja", &BTreeMap::new()).unwrap();
    let locale = |locale| texts.word(NoticeName::Unblocked, &details(), locale, &catalogue()).locale;
    assert_eq!([locale("ko-KR"), locale("fr-CA"), locale("en-GB"), locale("")], ["ko", "ja", "en", "ja"]);
    let texts = NoticeTexts::new("fr", &BTreeMap::new()).unwrap();
    assert_eq!(texts.word(NoticeName::Unblocked, &details(), "de", &catalogue()).locale, "en");
}

#[test]
fn the_configuration_replaces_texts_and_adds_languages() {
    let texts = texts(
        r#"{"blocked":{"EN":{"title":"Hm","text":"{product} {until} }"},
                       "fr":{"title":"Bloqué","text":"{store} {amount} {items} {owed} {until}"}}}"#,
    )
    .unwrap();
    let word = |name, locale| texts.word(name, &NoticeDetails::default(), locale, &catalogue());
    let own = word(NoticeName::Blocked, "en-GB");
    assert_eq!((own.title.as_str(), own.text.as_str()), ("Hm", "a purchase until further notice }"));
    let french = word(NoticeName::Blocked, "fr");
    assert_eq!((french.title.as_str(), french.text.as_str()), ("Bloqué", "– – – – –"));
    assert_eq!(word(NoticeName::Unblocked, "fr").locale, "en", "only this name has a French text");
}

#[test]
fn bad_texts_are_refused_with_their_path() {
    for (json, path, expected) in [
        (
            r#"{"blocked":{"ja":{"title":"a","text":"{gems}"}}}"#,
            "texts.blocked.ja.text",
            "{gems} does not exist",
        ),
        (r#"{"blocked":{"ko-KR":{"title":"{Owed}","text":"a"}}}"#, "texts.blocked.ko-KR.title", "{owed}"),
        (r#"{"blocked":{"ja":{"title":"a","text":"{"}}}"#, "texts.blocked.ja.text", "no }"),
        (r#"{"blocked":{"ja":{"title":"a","text":"{}"}}}"#, "texts.blocked.ja.text", "{} does not exist"),
        (r#"{"blocked":{"ja":{"title":"","text":"a"}}}"#, "texts.blocked.ja.title", "empty"),
        (
            r#"{"blocked":{"ja ja":{"title":"a","text":"a"}}}"#,
            "texts.blocked.<a key of 5 characters>",
            "BCP 47",
        ),
    ] {
        let error = texts(json).unwrap_err();
        assert_eq!(error.path, path);
        assert!(error.problem.contains(expected), "{}", error.problem);
    }
    assert_eq!(NoticeTexts::new("", &BTreeMap::new()).unwrap_err().path, "default_locale");
    let secret = Template::read("{sk_live_4242424242424242424242}").unwrap_err().to_string();
    assert!(!secret.contains("4242"), "{secret}");
}

#[test]
fn amounts_have_the_currencys_own_decimals() {
    for (micros, currency, text) in [
        (4_990_000, "USD", "4.99 USD"),
        (4_900_000_000, "KRW", "4900 KRW"),
        (3_329_966, "USD", "3.33 USD"),
        (995_000, "USD", "1.00 USD"),
        (1_500_000, "KWD", "1.500 KWD"),
        (500_000, "JPY", "1 JPY"),
        (499_999, "JPY", "0 JPY"),
        (-499_999, "JPY", "0 JPY"),
        (-1_250_000, "EUR", "-1.25 EUR"),
        (12_345, "CLF", "0.0123 CLF"),
        (i64::MIN, "USD", "-9223372036854.78 USD"),
    ] {
        assert_eq!(amount(money(micros, currency)), text);
    }
    assert_eq!(moment(Timestamp::from_millis(i64::MAX)), "9223372036854775807 ms");
}

#[test]
fn a_state_only_moves_forward() {
    use NoticeMark as Mark;
    use NoticeState as State;
    for (before, mark, after) in [
        (State::Waiting, Mark::Shown, State::Shown),
        (State::Waiting, Mark::Acknowledged, State::Acknowledged),
        (State::Shown, Mark::Shown, State::Shown),
        (State::Shown, Mark::Acknowledged, State::Acknowledged),
        (State::Acknowledged, Mark::Shown, State::Acknowledged),
        (State::Acknowledged, Mark::Acknowledged, State::Acknowledged),
        (State::Expired, Mark::Shown, State::Expired),
        (State::Expired, Mark::Acknowledged, State::Expired),
        (State::Withdrawn, Mark::Shown, State::Withdrawn),
        (State::Withdrawn, Mark::Acknowledged, State::Withdrawn),
    ] {
        assert_eq!(before.after(mark), after, "{before:?} {mark:?}");
    }
    let pending = [State::Waiting, State::Shown];
    assert!(pending.iter().all(|state| state.is_pending()));
    let ended = [State::Acknowledged, State::Expired, State::Withdrawn];
    assert!(!ended.iter().any(|state| state.is_pending()));
}
