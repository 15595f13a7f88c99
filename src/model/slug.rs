//! Slugs: the words that stand for enum variants in the database, forms, claims and JSON.
//!
//! They come from strum's derives and are stored: renaming a variant must not change its slug.

use strum::VariantArray;

/// Adds `slug` and `parse` to enums that derive strum's `EnumString` and `IntoStaticStr`.
macro_rules! slugs {
    ($($name:ty),+) => {$(
        impl $name {
            /// The slug in the database, forms and addresses.
            #[must_use]
            pub fn slug(self) -> &'static str {
                self.into()
            }

            /// Reads a slug. `None` for an unknown one.
            #[must_use]
            pub fn parse(slug: &str) -> Option<Self> {
                slug.parse().ok()
            }
        }
    )+};
}

pub(crate) use slugs;

/// Every variant, in the order of declaration, for a constant of `T::VARIANTS.len()` elements.
pub(crate) const fn all<T: VariantArray + Copy, const N: usize>() -> [T; N] {
    match T::VARIANTS.first_chunk() {
        Some(all) if T::VARIANTS.len() == N => *all,
        _ => panic!("an array of another length"),
    }
}

/// Checks that an enum has exactly these slugs, in this order, and reads no other.
#[cfg(test)]
#[track_caller]
pub(crate) fn assert_slugs<T>(expected: &[&str])
where
    T: VariantArray + Copy + PartialEq + std::fmt::Debug + std::str::FromStr + Into<&'static str>,
{
    let slugs: Vec<&str> = T::VARIANTS.iter().map(|variant| (*variant).into()).collect();
    assert_eq!(slugs, expected);
    for (slug, variant) in slugs.into_iter().zip(T::VARIANTS) {
        assert_eq!(slug.parse().ok(), Some(*variant), "{slug}");
    }
    assert!("".parse::<T>().is_err() && "Unknown".parse::<T>().is_err());
}
