use super::samples::{
    NO_ROW, NOON, begin, begin_with, begun, entry, file_number, issued, of_entries, patient,
    quebec, query, site_of, walk,
};
use empego_desk::model::lifecycle::Event;
use empego_desk::model::patient::Identifier;
use empego_desk::model::timeline::Source;
use empego_desk::store::{BoardQuery, BoardStatus, Store};
use std::sync::Arc;

async fn with(
    store: &dyn Store,
    number: u32,
    first_name: &str,
    last_name: &str,
    identifiers: &[Identifier],
) {
    begun(store, &begin_with(number, patient(number, first_name, last_name, identifiers))).await;
}

async fn found(store: &dyn Store, search: &str) -> Vec<u32> {
    walk(store, query(None, Some(search), 3)).await
}

async fn expect(store: &dyn Store, cases: &[(&str, &[u32])]) {
    for (search, expected) in cases {
        assert_eq!(found(store, search).await, *expected, "{search:?}");
    }
}

pub async fn words_are_beginnings_in_any_order(store: Arc<dyn Store>) {
    with(&*store, 1, "Zoé", "Tremblay", &[file_number("4411")]).await;
    with(&*store, 2, "Zacharie", "Gagnon", &[]).await;
    with(&*store, 3, "François", "Côté", &[]).await;
    let cases: &[(&str, &[u32])] = &[
        ("zo", &[1]),
        ("Z", &[2, 1]),
        ("ZOE TREM", &[1]),
        ("tremblay zoé", &[1]),
        ("  trem\t zo  ", &[1]),
        ("zoe gagnon", &[]),
        ("oé", &[]),
        ("cote", &[3]),
        ("Co\u{302}te\u{301}", &[3]),
        ("FRANCOIS", &[3]),
        ("zoe 44", &[1]),
        ("zoe 11", &[]),
    ];
    expect(&*store, cases).await;
}

pub async fn identifiers_are_found_with_and_without_separators(store: Arc<dyn Store>) {
    with(&*store, 1, "Marie", "Test", &[quebec("TEST54122816")]).await;
    with(&*store, 2, "Marie", "Roy", &[file_number("A-12 34/5")]).await;
    with(&*store, 3, "Test", "Other", &[quebec("OTHT54122816")]).await;
    let cases: &[(&str, &[u32])] = &[
        ("TEST54122816", &[1]),
        ("TEST 5412 2816", &[1]),
        ("test54122816", &[1]),
        ("test-5412-2816", &[1]),
        ("TEST 5412", &[1]),
        ("5412 2816", &[]),
        ("marie TEST 5412 2816", &[1]),
        ("TEST 5412 2816 marie", &[1]),
        ("marie TEST 5412 2817", &[]),
        ("roy TEST 5412 2816", &[]),
        ("A-12 34/5", &[2]),
        ("a-1234", &[2]),
        ("A12345", &[2]),
        ("A 12 345", &[2]),
        ("34/5", &[2]),
        ("marie", &[2, 1]),
    ];
    expect(&*store, cases).await;
}

pub async fn names_with_separators_are_found_both_ways(store: Arc<dyn Store>) {
    with(&*store, 1, "Anne-Marie", "O\u{2019}Brien", &[]).await;
    with(&*store, 2, "Jean Paul", "St. Pierre", &[]).await;
    let cases: &[(&str, &[u32])] = &[
        ("anne-marie", &[1]),
        ("annemarie", &[1]),
        ("anne marie", &[1]),
        ("marie", &[1]),
        ("o'brien", &[1]),
        ("obrien", &[1]),
        ("brien", &[1]),
        ("jeanpaul", &[2]),
        ("st-pierre", &[2]),
        ("jean-paul st pierre", &[2]),
    ];
    expect(&*store, cases).await;
}

pub async fn punctuation_is_no_search(store: Arc<dyn Store>) {
    with(&*store, 1, "Ada", "Lovelace", &[]).await;
    let cases: Vec<(&str, &[u32])> = ["", " ", "\"", "***", "- . '", "()", "\u{0}", "🦀", "…"]
        .map(|search| (search, &[1][..]))
        .to_vec();
    expect(&*store, &cases).await;
    expect(&*store, &[("- ada *", &[1]), ("ada \"", &[1]), ("🦀 ada", &[1])]).await;
}

pub async fn odd_input_is_no_error(store: Arc<dyn Store>) {
    with(&*store, 1, "Ada", "Near", &[file_number("AND")]).await;
    let long = "x".repeat(10_240);
    let (words, dashes) = ("a ".repeat(5_120), "a-".repeat(5_120));
    let (some_words, some_dashes, some_numbers) =
        ("a ".repeat(200), "a-".repeat(200), "1 ".repeat(8));
    let odd = [
        "\"ada",
        "ada\"\"",
        "ada*",
        "ada^",
        "^ada",
        "NEAR(ada, 2)",
        "name : ada",
        "ada OR near",
        "NOT ada",
        "{name keys}:ada",
        "ada + near",
        "a\u{0}b",
        "%",
        "_ada",
        "ada;--",
        "\\",
        "ⓐ",
        "ا\u{64b}",
        "\u{301}",
        "क\u{94d}ष",
        "漢字",
        "ada 🦀 1 2 3 4 5 6 7 8 9",
        "ﬁ",
        "\u{10FFFF}",
        &long,
        &words,
        &dashes,
        &some_words,
        &some_dashes,
        &some_numbers,
    ];
    for search in odd {
        found(&*store, search).await;
    }
    expect(
        &*store,
        &[
            ("near", &[1]),
            ("AND", &[1]),
            ("ada near and", &[1]),
            ("ada OR near", &[]),
            (&long, &[]),
            (&words, &[]),
        ],
    )
    .await;
}

pub async fn search_follows_the_patient(store: Arc<dyn Store>) {
    with(&*store, 1, "Ada", "Byron", &[file_number("one")]).await;
    with(&*store, 2, "Ada", "Lovelace", &[file_number("two"), file_number("one")]).await;
    expect(&*store, &[("byron", &[2, 1]), ("lovelace", &[]), ("two", &[2, 1]), ("one", &[2, 1])])
        .await;
}

pub async fn search_and_filter_and_page_together(store: Arc<dyn Store>) {
    for number in 0..40 {
        let name = if number % 2 == 0 { "Even" } else { "Odd" };
        with(&*store, number, name, "Number", &[file_number(&format!("{number:04}"))]).await;
        if number % 3 == 0 {
            let entries = [
                entry(Source::Empego, "created", NOON, Event::Created),
                issued(1, NOON, Some(NOON + 10)),
            ];
            store
                .add(&site_of(1).id, &begin(number).id, &of_entries(entries))
                .await
                .expect("it is added");
        }
    }
    let expected: Vec<u32> = (0..40).rev().filter(|number| number % 6 == 0).collect();
    assert_eq!(
        walk(&*store, query(Some(BoardStatus::LinkReady), Some("even num"), 2)).await,
        expected
    );
    let later =
        BoardQuery { now: NOON + 10, ..query(Some(BoardStatus::Expired), Some("even num"), 2) };
    assert_eq!(walk(&*store, later).await, expected);
    assert_eq!(walk(&*store, query(Some(BoardStatus::Done), Some("even"), 2)).await, NO_ROW);
}

/// Enough patients of one name that a store may choose another way to find them.
pub async fn many_hits_are_paged_too(store: Arc<dyn Store>) {
    const MANY: u32 = 2_100;
    for number in 0..MANY {
        with(&*store, number, "Ada", if number % 700 == 0 { "Rare" } else { "Common" }, &[]).await;
    }
    let expected: Vec<u32> = (0..MANY).rev().collect();
    assert_eq!(walk(&*store, query(None, Some("ada"), 500)).await, expected);
    assert_eq!(
        walk(&*store, query(Some(BoardStatus::NotCreated), Some("ada"), 500)).await,
        expected
    );
    assert_eq!(walk(&*store, query(Some(BoardStatus::Done), Some("ada"), 500)).await, NO_ROW);
    assert_eq!(walk(&*store, query(None, Some("ada rare"), 500)).await, [1_400, 700, 0]);
}

/// What the two engines could see in different ways.
pub async fn every_script_and_sign_is_found_alike(store: Arc<dyn Store>) {
    let japanese = "\u{337f}".repeat(200);
    let long = "x".repeat(3_000);
    for (number, (first, last, key)) in (1..).zip([
        ("Jean-Pierre", "L'Écuyer", "AB-12"),
        ("Ng", "O", "0012"),
        ("محمد", "الأحمد", "ع-٧"),
        ("Ἀλέξανδρος", "Παπαδόπουλος", "Ω1"),
        ("小龙", "李", "龙1"),
        ("हिन्दी", "शर्मा", "न1"),
        ("𞤀𞤣𞤤𞤢𞤥", "𞤆𞤵𞤤𞤢𞤪", "A9"),
        ("Zoë 🦀 Łódź", "Åse-Lise Straße", "7-7"),
        ("a'b\"c\\d:e", "f&g|h!i<->j(k):*", "l&m"),
        (&long, &japanese, "long"),
    ]) {
        with(&*store, number, first, last, &[file_number(key)]).await;
    }
    let digits = "1 2 3 4 5 6 7";
    let most = "\u{337f}".repeat(400);
    let long_search = "x".repeat(400);
    let cases: &[(&str, &[u32])] = &[
        ("jean-pierre l'ecuyer", &[1]),
        ("jeanp lecu", &[1]),
        ("ECUYER pierre", &[1]),
        ("l\u{2019}écuyer", &[1]),
        ("ab 12", &[1]),
        ("ab1", &[1]),
        ("ng", &[2]),
        ("ng o", &[2]),
        ("0012", &[2]),
        ("00 12", &[2]),
        ("12", &[1]),
        (digits, &[]),
        ("محمد", &[3]),
        ("الأ", &[3]),
        ("أحمد", &[]),
        ("αλεξ", &[4]),
        ("ΠΑΠΑΔΌΠΟΥΛΟΣ ΑΛΈΞΑΝΔΡΟΣ", &[4]),
        ("李", &[5]),
        ("小", &[5]),
        ("龙", &[5]),
        ("李 小龙", &[5]),
        ("हि", &[6]),
        ("हिन्दी शर", &[6]),
        ("ही", &[]),
        ("दी", &[]),
        ("न", &[6]),
        ("𞤀𞤣", &[7]),
        ("𞤣𞤤", &[]),
        ("zoe lodz", &[8]),
        ("ase-lise strasse", &[8]),
        ("aselisestrasse", &[8]),
        ("zoe🦀", &[8]),
        ("77", &[8]),
        ("a'b", &[9, 1]),
        ("abc\\d", &[]),
        ("d:e", &[9]),
        ("f&g|h!i<->j(k):*", &[9]),
        ("g & h", &[9]),
        ("f | zzz", &[]),
        ("!f", &[9]),
        ("f:*", &[9]),
        ("'f'", &[9]),
        ("f <-> g", &[9]),
        ("f <-> h", &[9]),
        ("l&m", &[9]),
        (":*", &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        (&long_search, &[10]),
        ("株式会社", &[10]),
        // Longer than what either engine keeps of a word.
        (&most, &[10]),
    ];
    expect(&*store, cases).await;
}
