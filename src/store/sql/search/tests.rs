use super::*;

fn expression(typed: &str) -> Expression {
    match read(typed) {
        Search::Match(expression) => expression,
        other => panic!("{other:?}"),
    }
}

fn fts5(typed: &str) -> String {
    expression(typed).fts5
}

fn tsquery(typed: &str) -> String {
    expression(typed).tsquery
}

#[test]
fn punctuation_is_no_search() {
    for typed in ["", "  ", "\"", "* - () .", "\u{0}", "🦀"] {
        assert_eq!(read(typed), Search::Everything, "{typed:?}");
    }
}

#[test]
fn words_are_quoted_prefixes_and_numbers_side_by_side_are_joined() {
    assert_eq!(fts5("Ada NEAR(b"), "(\"ada\" * AND \"near b\" *)");
    assert_eq!(tsquery("Ada NEAR(b"), "('ada':* & ('near' <-> 'b':*))");
    let expected = "(\"ada\" * AND \"12\" * AND \"34\" *) OR (\"34\" * AND keys : \"ada12\" *) \
                    OR (keys : \"ada1234\" *) OR (\"ada\" * AND keys : \"1234\" *)";
    assert_eq!(fts5("Ada 12 34"), expected);
    let expected = "('ada':* & '12':* & '34':*) | ('34':* & 'ada12':*B) | ('ada1234':*B) \
                    | ('ada':* & '1234':*B)";
    assert_eq!(tsquery("Ada 12 34"), expected);
}

#[test]
fn a_text_that_no_record_can_have_is_not_looked_for() {
    assert_eq!(read(&"x".repeat(MAX_CHARS + 1)), Search::Nothing);
}

#[test]
fn separators_are_left_out_of_a_second_copy() {
    assert_eq!(text_of(["Anne-Marie Ł".to_owned()]), "anne-marie l annemarie annemariel ");
    assert_eq!(text_of(["TEST54122816".to_owned()]), "test54122816 ");
}

#[test]
fn a_vector_keeps_the_order_and_the_column_of_its_words() {
    assert_eq!(vector("anne-marie l ", "12ab "), "'anne':2A 'marie':3A 'l':4A '12ab':6B ");
}

#[test]
fn letters_beyond_ascii_are_spelled_out_for_fts5() {
    assert_eq!(document("ada 12-b"), "ada 12 b");
    let (short, long) = (document("李"), document("李小龙"));
    assert!(long.starts_with(&short) && short.chars().count() == 5, "{short} {long}");
    assert_eq!(document("हिन्दी दी").split(' ').count(), 2, "vowel signs are parts of words");
    assert_ne!(document("\u{20000}"), document("\u{2f800}"));
    // A base letter beside another one of the same beginning.
    assert!(!document("ही").starts_with(&document("हि")));
}

#[test]
fn a_word_is_cut_between_two_letters() {
    let long = "株".repeat(1_000);
    let word: Vec<&str> = tokens(&long).collect();
    assert_eq!(word, ["株".repeat(682)]);
    assert!(vector(&"a ".repeat(2_000_000), "b ").len() < 2 * VECTOR_BYTES);
}
