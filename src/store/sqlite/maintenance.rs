//! Work on a database file from outside, also while a desk has it open.

use super::connect::{self, Lock};
use super::{MIGRATIONS, backup, schema};
use crate::store::sql::{Pool, audit, is_current};
use crate::store::{
    Accept, EachRow, Maintenance, Noted, Record, Restored, Result, StoreError, Verdict,
};
use async_trait::async_trait;
use sqlx::SqlitePool;
use std::path::{Path, PathBuf};

/// A database file that is not opened as a store.
pub(in crate::store) struct SqliteFile(PathBuf);

impl SqliteFile {
    /// Reads a `sqlite://` URL or a path. The file need not exist.
    ///
    /// # Errors
    /// [`StoreError::Unusable`] when it names no file.
    pub(in crate::store) fn at(url_or_path: &str) -> Result<Self> {
        connect::prepare(url_or_path).map(Self)
    }

    async fn readers(&self) -> Result<SqlitePool> {
        self.must_exist()?;
        backup::check(&self.0).await?;
        connect::readers(&self.0).await
    }

    fn must_exist(&self) -> Result<()> {
        if self.0.exists() { Ok(()) } else { Err(StoreError::NotFound) }
    }
}

#[async_trait]
impl Maintenance for SqliteFile {
    async fn backup(&self, file: &Path) -> Result<()> {
        let readers = self.readers().await?;
        let written = backup::write(&readers, file).await;
        readers.close().await;
        written
    }

    async fn restore(&self, file: &Path, accept: Accept<'_>) -> Result<Restored> {
        let _lock = Lock::take(&self.0)?;
        backup::restore(&self.0, file, accept).await
    }

    async fn verify_log(&self, noted: &[Noted]) -> Result<Verdict> {
        let readers = Pool::Sqlite(self.readers().await?);
        let verdict = audit::verify(&readers, noted).await;
        readers.close().await;
        verdict
    }

    async fn is_current(&self) -> Result<bool> {
        let readers = Pool::Sqlite(self.readers().await?);
        let current = is_current(&readers, &MIGRATIONS).await;
        readers.close().await;
        current
    }

    async fn schema_differences(&self) -> Result<Vec<String>> {
        let readers = self.readers().await?;
        let differences = async { schema::differences(&mut *readers.acquire().await?).await };
        let differences = differences.await;
        readers.close().await;
        differences
    }

    async fn read_log(&self, each: EachRow<'_>) -> Result<()> {
        let readers = Pool::Sqlite(self.readers().await?);
        let read = audit::all(&readers, each).await;
        readers.close().await;
        read
    }

    async fn append_log(&self, records: &[Record]) -> Result<bool> {
        self.must_exist()?;
        backup::check(&self.0).await?;
        let writer = Pool::Sqlite(connect::writer(&self.0).await?);
        let written = async {
            if !is_current(&writer, &MIGRATIONS).await? {
                return Ok(false);
            }
            let mut tx = writer.write().await?;
            audit::append(&mut tx, records).await?;
            tx.commit().await?;
            Ok(true)
        };
        let written = written.await;
        writer.close().await;
        written
    }
}
