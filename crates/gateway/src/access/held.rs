//! What a form brought whose page is not trusted any more, since its login ended or another one began meanwhile. It is kept on the
//! page that says so, and goes on from there: nothing that was typed is lost.

use axum::Form;
use axum::extract::{FromRequest as _, Request};
use axum::http::{HeaderMap, header};

use super::gate::TOKEN;

/// What a form brought.
#[derive(Clone)]
pub(crate) struct Held {
    /// Whether somebody is logged in, who only has to say it once more.
    pub(crate) is_logged_in: bool,
    /// Its fields; `None` for one with files, or with what is secret, which no page repeats.
    pub(crate) fields: Option<Vec<(String, String)>>,
}

impl Held {
    /// Whether a person waits for a page.
    pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
        let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        accepts.is_some_and(|text| text.contains("text/html"))
    }

    pub(super) async fn of(request: Request, is_logged_in: bool) -> Self {
        // One with files is no such form.
        let fields = Form::<Vec<(String, String)>>::from_request(request, &()).await.ok();
        let fields = fields.map(|Form(mut fields)| {
            fields.retain(|(name, _)| name != TOKEN);
            fields
        });
        let is_secret = |name: &str| name.to_ascii_lowercase().contains("password") || name == "code";
        let fields = fields.filter(|fields| !fields.iter().any(|(name, _)| is_secret(name)));
        Self { is_logged_in, fields }
    }
}
