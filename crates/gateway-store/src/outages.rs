//! Evidence of outages: what Latarnia announced and what our own probes saw. Nothing of it is ever deleted.

use jiff::Timestamp;
use ksef_id::ContextIdentifier;

use crate::db::values;
use crate::notices::tell_once;
use crate::{NoticeKind, Store, StoreError, StoreWriter, Telling};

/// An outage of KSeF, as somebody told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptOutage {
    /// What tells it apart: Latarnia's event, or the time when our probes began to fail.
    pub reference: String,
    /// `unavailability`, `failure`, `totalFailure`, or `unreachable` by our own probes.
    pub kind: String,
    /// When it began.
    pub started: Timestamp,
    /// When it ended, once it has.
    pub ended: Option<Timestamp>,
    /// When this was seen last.
    pub captured: Timestamp,
    /// What was seen, as it came.
    pub evidence: String,
}

/// What companies are told of an outage, once each.
#[derive(Debug, Clone, PartialEq)]
pub struct OutageTelling {
    /// That it began, or ended.
    pub kind: NoticeKind,
    /// What is told.
    pub telling: Telling,
    /// To whom.
    pub companies: Vec<ContextIdentifier>,
}

impl StoreWriter {
    /// Keeps an outage; one that is known is brought up to date, and an end that was told stays told. Companies are told
    /// when it is seen for the first time, or its end is. Returns whether any was.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn keep_outage(
        &self,
        environment: &str,
        outage: &KeptOutage,
        telling: Option<&OutageTelling>,
    ) -> Result<bool, StoreError> {
        const DOING: &str = "keeping an outage";
        let mut tx = self.db.begin(DOING).await?;
        let sql = "SELECT ended_at FROM outages WHERE environment = $1 AND reference = $2";
        let known = tx.row(DOING, sql, values![environment, &outage.reference]).await?;
        let is_news = match known {
            // Latarnia says the same every minute.
            Some(row) => outage.ended.is_some() && row.maybe_int("ended_at")?.is_none(),
            None => true,
        };
        let mut told = 0;
        if let Some(OutageTelling { kind, telling, companies }) = telling.filter(|_| is_news) {
            for company in companies {
                let tellings = std::slice::from_ref(telling);
                told += tell_once(&mut tx, company.as_str(), *kind, tellings, outage.captured).await?;
            }
        }
        tx.execute(
            DOING,
            "INSERT INTO outages (environment, reference, kind, started_at, ended_at, captured_at, evidence) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (environment, reference) DO UPDATE SET \
             kind = excluded.kind, ended_at = COALESCE(excluded.ended_at, outages.ended_at), \
             captured_at = excluded.captured_at, evidence = excluded.evidence",
            values![
                environment,
                &outage.reference,
                &outage.kind,
                outage.started,
                outage.ended,
                outage.captured,
                &outage.evidence
            ],
        )
        .await?;
        tx.commit(DOING).await?;
        Ok(told > 0)
    }
}

impl Store {
    /// The outages of an environment since a moment, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`] and its kin.
    pub async fn outages(&self, environment: &str, since: Timestamp) -> Result<Vec<KeptOutage>, StoreError> {
        const SQL: &str = "SELECT * FROM outages WHERE environment = $1 \
                           AND (ended_at IS NULL OR ended_at >= $2) ORDER BY started_at, position";
        let rows = self.db.rows("reading outages", SQL, values![environment, since]).await?;
        rows.iter()
            .map(|row| {
                Ok(KeptOutage {
                    reference: row.text("reference")?,
                    kind: row.text("kind")?,
                    started: row.timestamp("started_at")?,
                    ended: row.maybe_timestamp("ended_at")?,
                    captured: row.timestamp("captured_at")?,
                    evidence: row.text("evidence")?,
                })
            })
            .collect()
    }
}
