//! The PDF that an export of the sandbox's makes: one page, a few lines of text.

use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

/// A page of US letter paper, in points.
const PAGE: Rect = Rect { x1: 0.0, y1: 0.0, x2: 612.0, y2: 792.0 };
/// Where the first line begins, from the left and from the bottom, in points.
const START: (f32, f32) = (72.0, 700.0);
/// The size of the text and the distance of its lines, in points.
const SIZE: (f32, f32) = (12.0, 18.0);

/// A PDF with these lines. They are in ASCII: the standard font's own encoding has it.
pub(super) fn of_lines(lines: &[&str]) -> Vec<u8> {
    let [catalog, tree, page, font, text] = [1, 2, 3, 4, 5].map(Ref::new);
    let name = Name(b"F1");
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids([page]).count(1);
    let mut written = pdf.page(page);
    written.media_box(PAGE);
    written.parent(tree);
    written.contents(text);
    written.resources().fonts().pair(name, font);
    written.finish();
    // One of the fonts that every reader has.
    pdf.type1_font(font).base_font(Name(b"Helvetica"));
    let mut content = Content::new();
    content.begin_text();
    content.set_font(name, SIZE.0);
    content.next_line(START.0, START.1);
    for line in lines {
        content.show(Str(line.as_bytes()));
        content.next_line(0.0, -SIZE.1);
    }
    content.end_text();
    pdf.stream(text, &content.finish());
    pdf.finish()
}
