//! QR codes.

use fast_qr::convert::svg::SvgBuilder;
use fast_qr::convert::{Builder, Shape};
use fast_qr::qr::QRBuilder;
use leptos::prelude::*;

/// An address as a QR code, with its name for a screen reader. Safe as inner HTML: the crate draws
/// paths only.
pub fn qr(address: &str, label: &'static str) -> impl IntoView + use<> {
    let drawing = QRBuilder::new(address)
        .build()
        .map(|code| SvgBuilder::default().shape(Shape::Square).margin(2).to_str(&code));
    view! { <div role="img" aria-label=label inner_html=drawing.unwrap_or_default()></div> }
}
