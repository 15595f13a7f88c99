//! The values of statements.

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, Encode, Type};
use std::borrow::Cow;

/// A value of a statement. `None` is `NULL`.
#[derive(Clone, Debug)]
pub(in crate::store::sql) enum Value<'q> {
    Text(Option<Cow<'q, str>>),
    Number(Option<i64>),
    Flag(Option<bool>),
    Bytes(Option<Cow<'q, [u8]>>),
    /// A text that the engines spell differently.
    Pair(Option<(Cow<'q, str>, Cow<'q, str>)>),
}

impl Value<'_> {
    /// The values as an engine's arguments.
    pub(super) fn all<A>(values: Vec<Self>) -> sqlx::Result<A>
    where
        A: Arguments + Spelling,
        for<'t> Option<Cow<'t, str>>: Encode<'t, A::Database> + Type<A::Database>,
        for<'t> Option<&'t [u8]>: Encode<'t, A::Database> + Type<A::Database>,
        for<'t> Option<i64>: Encode<'t, A::Database> + Type<A::Database>,
        for<'t> Option<bool>: Encode<'t, A::Database> + Type<A::Database>,
    {
        let mut arguments = A::default();
        for value in values {
            let added = match value {
                Self::Text(value) => arguments.add(value.map(A::text)),
                Self::Number(value) => arguments.add(value),
                Self::Flag(value) => arguments.add(value),
                Self::Bytes(value) => arguments.add(value.as_deref()),
                Self::Pair(value) => arguments.add(
                    value.map(|(sqlite, postgres)| if A::IS_SQLITE { sqlite } else { postgres }),
                ),
            };
            added.map_err(sqlx::Error::Encode)?;
        }
        Ok(arguments)
    }
}

/// How an engine takes texts.
pub(in crate::store::sql) trait Spelling {
    /// Which spelling of a [`Value::Pair`] it takes.
    const IS_SQLITE: bool;

    fn text(text: Cow<'_, str>) -> Cow<'_, str> {
        text
    }
}

impl Spelling for SqliteArguments {
    const IS_SQLITE: bool = true;
}

impl Spelling for PgArguments {
    const IS_SQLITE: bool = false;

    /// PostgreSQL's texts cannot hold U+0000: it is replaced, in what is written and in what is
    /// looked for.
    fn text(text: Cow<'_, str>) -> Cow<'_, str> {
        if text.contains('\0') { text.replace('\0', "\u{FFFD}").into() } else { text }
    }
}

/// A type whose `NULL` has a type in PostgreSQL.
pub(in crate::store::sql) trait Typed {
    const NULL: Value<'static>;
}

macro_rules! values {
    ($($from:ty => $variant:ident($value:ident => $to:expr)),+ $(,)?) => {
        $(
            impl<'q> From<$from> for Value<'q> {
                fn from($value: $from) -> Self {
                    Self::$variant(Some($to))
                }
            }

            impl<'q> Typed for $from {
                const NULL: Value<'static> = Value::$variant(None);
            }
        )+
    };
}

values! {
    &'q str => Text(value => Cow::Borrowed(value)),
    &'q &'q str => Text(value => Cow::Borrowed(*value)),
    &'q String => Text(value => Cow::Borrowed(value.as_str())),
    &'q &'q String => Text(value => Cow::Borrowed(value.as_str())),
    String => Text(value => Cow::Owned(value)),
    i64 => Number(value => value),
    u32 => Number(value => i64::from(value)),
    &'q u32 => Number(value => i64::from(*value)),
    bool => Flag(value => value),
    &'q [u8] => Bytes(value => Cow::Borrowed(value)),
    &'q Vec<u8> => Bytes(value => Cow::Borrowed(value.as_slice())),
    Vec<u8> => Bytes(value => Cow::Owned(value)),
}

impl<'q, T: Into<Value<'q>> + Typed> From<Option<T>> for Value<'q> {
    fn from(value: Option<T>) -> Self {
        value.map_or(T::NULL, Into::into)
    }
}

impl<'q, T> From<&'q Option<T>> for Value<'q>
where
    &'q T: Into<Value<'q>> + Typed,
{
    fn from(value: &'q Option<T>) -> Self {
        value.as_ref().into()
    }
}
