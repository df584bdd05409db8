//! Style sheet and script.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use gateway_api::ProblemCode;
use gateway_pages::assets::asset;

use crate::rest::Failure;

/// `GET /assets/{file}`: the name carries a hash of the content, so it may be kept for ever.
pub(crate) async fn file(Path(name): Path<String>) -> Result<Response, Failure> {
    let found = asset(&name).ok_or_else(|| Failure::new(ProblemCode::NotFound, ""))?;
    let headers = [
        (header::CONTENT_TYPE, found.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, found.content).into_response())
}
