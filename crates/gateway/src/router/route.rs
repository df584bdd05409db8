//! A route on its way into the router: it is made with its right only, so that one that forgets it does not compile.

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::Shared;
use crate::access::{Access, Audited, FORM_BYTES_MAX};

/// A route on its way into the router.
pub(super) struct Route {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) access: Access,
    pub(super) audited: Audited,
    /// How long a form may be, in bytes.
    pub(super) form_bytes_max: usize,
    pub(super) handler: MethodRouter<Shared>,
}

impl Route {
    fn new<H, T>(method: Method, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        let filter = MethodFilter::try_from(method.clone()).expect("a method that routes have");
        let audited = if method == Method::GET { Audited::Reading } else { Audited::Each };
        Self { method, path, access, audited, form_bytes_max: FORM_BYTES_MAX, handler: on(filter, handler) }
    }

    /// Its bodies may be longer than those of others.
    pub(super) fn body_bytes_max(mut self, max: usize) -> Self {
        self.handler = self.handler.layer(DefaultBodyLimit::max(max));
        self
    }

    /// Its form brings files.
    pub(super) fn form_bytes_max(mut self, max: usize) -> Self {
        self.form_bytes_max = max;
        self.body_bytes_max(max)
    }

    /// The audit log is told so of it.
    pub(super) fn audited(mut self, audited: Audited) -> Self {
        self.audited = audited;
        self
    }
}

pub(super) fn get<H: Handler<T, Shared>, T: 'static>(
    path: &'static str,
    access: Access,
    handler: H,
) -> Route {
    Route::new(Method::GET, path, access, handler)
}

pub(super) fn post<H: Handler<T, Shared>, T: 'static>(
    path: &'static str,
    access: Access,
    handler: H,
) -> Route {
    Route::new(Method::POST, path, access, handler)
}

pub(super) fn put<H: Handler<T, Shared>, T: 'static>(
    path: &'static str,
    access: Access,
    handler: H,
) -> Route {
    Route::new(Method::PUT, path, access, handler)
}

pub(super) fn patch<H: Handler<T, Shared>, T: 'static>(
    path: &'static str,
    access: Access,
    handler: H,
) -> Route {
    Route::new(Method::PATCH, path, access, handler)
}

pub(super) fn delete<H: Handler<T, Shared>, T: 'static>(
    path: &'static str,
    access: Access,
    handler: H,
) -> Route {
    Route::new(Method::DELETE, path, access, handler)
}
