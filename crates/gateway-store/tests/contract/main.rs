//! The store's promises: the same tests on SQLite and on a real PostgreSQL server.

mod access;
mod audit;
mod buyers;
mod companies;
mod dump;
mod fixture;
mod folder;
mod former;
mod kept_forms;
mod lists;
mod notices;
mod preparations;
mod purchases;
mod retention;
mod routing;
mod sales;
mod work;

/// Each test once on either database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test]
                async fn $name() {
                    let on = crate::fixture::On::Sqlite;
                    let fixture = crate::fixture::Fixture::new(on).await.expect("SQLite is compiled in");
                    super::$name(fixture).await;
                }
            )+
        }
        mod on_postgres {
            $(
                #[tokio::test]
                async fn $name() {
                    let on = crate::fixture::On::Postgres;
                    if let Some(fixture) = crate::fixture::Fixture::new(on).await {
                        super::$name(fixture).await;
                    }
                }
            )+
        }
    };
}
pub(crate) use on_both;
