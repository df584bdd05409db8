//! Users, their sessions, API keys.

use std::collections::BTreeMap;

use gateway_access::{PasswordHash, Reach, Role, Scope};
use gateway_store::{NewApiKey, NewUser, SessionLife, StoreError};
use jiff::SignedDuration;

use crate::fixture::{Fixture, now};

crate::on_both!(
    the_first_user_is_made_once,
    users_have_roles_and_one_administrator_stays,
    a_password_ends_sessions_and_takes_the_second_factor_along,
    codes_are_used_once,
    sessions_end_by_rest_by_age_and_by_word,
    keys_are_known_by_hash_until_rotated_or_revoked,
);

const LIFE: SessionLife =
    SessionLife { idle: SignedDuration::from_mins(60), absolute: SignedDuration::from_hours(12) };

fn roles(given: &[(&str, Role)]) -> BTreeMap<Reach, Role> {
    given.iter().map(|(reach, role)| (reach.parse().expect("a reach"), *role)).collect()
}

fn hash(text: &str) -> PasswordHash {
    PasswordHash::from_text(text.to_owned())
}

async fn add(fixture: &Fixture, login: &str, given: &[(&str, Role)]) -> String {
    let new = NewUser { login, name: "", password: &hash("x"), roles: &roles(given) };
    fixture.writer.access().add_user(&new, now()).await.expect("added")
}

async fn the_first_user_is_made_once(fixture: Fixture) {
    assert!(!fixture.store.has_users().await.expect("read"));
    let first = roles(&[("*", Role::Administrator)]);
    let password = hash("x");
    let new = |login| NewUser { login, name: "Pierwsza", password: &password, roles: &first };
    let (_, other) = fixture.another_node().await;
    let (here, there) = (fixture.writer.access(), other.access());
    let (kasia, adam) = (new("kasia"), new("adam"));
    let (one, two) = tokio::join!(here.add_first_user(&kasia, now()), there.add_first_user(&adam, now()));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert!(matches!(one.and(two), Err(StoreError::UsersThere)));
    assert_eq!(fixture.store.users().await.expect("read").len(), 1);
    assert!(fixture.store.has_users().await.expect("read"));
}

async fn users_have_roles_and_one_administrator_stays(fixture: Fixture) {
    let access = fixture.writer.access();
    let kasia = add(&fixture, "kasia", &[("*", Role::Administrator)]).await;
    let adam = add(&fixture, "adam", &[("5265877635", Role::Issuer)]).await;
    let again = NewUser { login: "adam", name: "", password: &hash("y"), roles: &BTreeMap::new() };
    assert!(matches!(access.add_user(&again, now()).await, Err(StoreError::UserThere { .. })));
    let (found, secrets) = fixture.store.user_by_login("adam").await.expect("read").expect("there");
    assert_eq!((&found.id, found.is_active, found.has_second_factor), (&adam, true, false));
    assert_eq!((found.roles, secrets.password), (roles(&[("5265877635", Role::Issuer)]), hash("x")));

    let (all, company) = (Reach::All, "5265877635".parse::<Reach>().expect("a reach"));
    access.set_role(&adam, &company, Some(Role::Viewer)).await.expect("changed");
    assert!(matches!(access.set_role(&kasia, &all, None).await, Err(StoreError::LastAdministrator)));
    assert!(matches!(
        access.set_role(&kasia, &all, Some(Role::Viewer)).await,
        Err(StoreError::LastAdministrator)
    ));
    assert!(matches!(access.remove_user(&kasia).await, Err(StoreError::LastAdministrator)));
    assert!(matches!(access.set_active(&kasia, false).await, Err(StoreError::LastAdministrator)));
    access.set_role(&adam, &all, Some(Role::Administrator)).await.expect("given");
    access.set_active(&kasia, false).await.expect("another is there");
    assert!(matches!(access.remove_user(&adam).await, Err(StoreError::LastAdministrator)));
    access.remove_user(&kasia).await.expect("removed");
    assert!(matches!(access.remove_user(&kasia).await, Err(StoreError::UnknownUser { .. })));
    let users = fixture.store.users().await.expect("read");
    let adams = roles(&[("5265877635", Role::Viewer), ("*", Role::Administrator)]);
    assert_eq!(users.iter().map(|user| (&user.id, &user.roles)).collect::<Vec<_>>(), [(&adam, &adams)]);
}

async fn a_password_ends_sessions_and_takes_the_second_factor_along(fixture: Fixture) {
    let access = fixture.writer.access();
    let kasia = add(&fixture, "kasia", &[("*", Role::Administrator)]).await;
    let open = async |byte: u8| {
        access.open_login_session(&kasia, &[byte; 32], "192.0.2.1", "agent", LIFE, now()).await.expect("open")
    };
    let (first, _second) = (open(1).await, open(2).await);
    access.begin_second_factor(&kasia, b"sealed").await.expect("begun");
    let (user, secrets) = fixture.store.user(&kasia).await.expect("read").expect("there");
    assert!(!user.has_second_factor && secrets.pending.as_deref() == Some(b"sealed"));
    access.confirm_second_factor(&kasia, 7, &[[9; 32], [8; 32]], Some(&first)).await.expect("confirmed");
    let (user, secrets) = fixture.store.user(&kasia).await.expect("read").expect("there");
    assert!(user.has_second_factor && secrets.pending.is_none() && secrets.code_used == Some(7));
    assert_eq!(fixture.store.recovery_codes_left(&kasia).await.expect("read"), 2);
    let sessions = fixture.store.login_sessions(&kasia, LIFE, now()).await.expect("read");
    assert_eq!(sessions.iter().map(|session| &session.id).collect::<Vec<_>>(), [&first]);

    // Changed by the user: sealed anew. Set by an administrator, who cannot: gone.
    access.set_password(&kasia, &hash("new"), Some(b"anew"), Some(&first)).await.expect("changed");
    let (_, secrets) = fixture.store.user(&kasia).await.expect("read").expect("there");
    assert_eq!((secrets.password, secrets.second_factor.as_deref()), (hash("new"), Some(&b"anew"[..])));
    access.set_password(&kasia, &hash("reset"), None, None).await.expect("changed");
    let (user, _) = fixture.store.user(&kasia).await.expect("read").expect("there");
    assert!(!user.has_second_factor);
    assert_eq!(fixture.store.recovery_codes_left(&kasia).await.expect("read"), 0);
    assert!(fixture.store.login_sessions(&kasia, LIFE, now()).await.expect("read").is_empty());
}

async fn codes_are_used_once(fixture: Fixture) {
    let access = fixture.writer.access();
    let kasia = add(&fixture, "kasia", &[("*", Role::Administrator)]).await;
    let adam = add(&fixture, "adam", &[]).await;
    let used = async |step| access.use_code(&kasia, step).await.expect("written");
    assert_eq!([used(7).await, used(7).await, used(6).await, used(8).await], [true, false, false, true]);
    access.begin_second_factor(&kasia, b"sealed").await.expect("begun");
    access.confirm_second_factor(&kasia, 9, &[[9; 32]], None).await.expect("confirmed");
    assert!(!access.use_recovery_code(&adam, &[9; 32]).await.expect("written"), "it is not his");
    assert!(access.use_recovery_code(&kasia, &[9; 32]).await.expect("written"));
    assert!(!access.use_recovery_code(&kasia, &[9; 32]).await.expect("written"));
}

async fn sessions_end_by_rest_by_age_and_by_word(fixture: Fixture) {
    let access = fixture.writer.access();
    let kasia = add(&fixture, "kasia", &[("*", Role::Administrator)]).await;
    let adam = add(&fixture, "adam", &[]).await;
    let minutes = |count| now() + SignedDuration::from_mins(count);
    let open = async |user: &str, byte: u8, at| {
        access.open_login_session(user, &[byte; 32], "192.0.2.1", "agent", LIFE, at).await.expect("open")
    };
    let id = open(&kasia, 1, now()).await;
    let found = async |byte: u8, at| fixture.store.login_session(&[byte; 32], LIFE, at).await.expect("read");
    let (session, user) = found(1, minutes(59)).await.expect("there");
    assert_eq!((session.id.as_str(), user.login.as_str()), (id.as_str(), "kasia"));
    assert_eq!(user.roles, roles(&[("*", Role::Administrator)]));
    assert_eq!(user.last_login_at, Some(now()));
    assert!(found(1, minutes(60)).await.is_none(), "an hour without use");
    for hour in 1..12 {
        access.login_session_seen(&id, minutes(hour * 59)).await.expect("written");
        assert!(found(1, minutes(hour * 59 + 1)).await.is_some(), "hour {hour}");
    }
    access.login_session_seen(&id, minutes(719)).await.expect("written");
    assert!(found(1, minutes(719)).await.is_some() && found(1, minutes(720)).await.is_none());

    let other = open(&adam, 2, minutes(719)).await;
    assert!(!access.end_login_session(&kasia, &other).await.expect("written"), "it is not hers");
    assert!(access.end_login_session(&adam, &other).await.expect("written"));
    assert!(found(2, minutes(719)).await.is_none() && found(3, minutes(719)).await.is_none());

    open(&adam, 4, minutes(719)).await;
    access.set_active(&adam, false).await.expect("changed");
    assert!(found(4, minutes(719)).await.is_none());
    // Only so many for one person; the newest stay.
    for byte in 10..40 {
        open(&kasia, byte, minutes(719 + i64::from(byte))).await;
    }
    let sessions = fixture.store.login_sessions(&kasia, LIFE, minutes(760)).await.expect("read");
    assert_eq!(sessions.len(), 20);
    assert!(found(39, minutes(760)).await.is_some() && found(19, minutes(760)).await.is_none());
}

async fn keys_are_known_by_hash_until_rotated_or_revoked(fixture: Fixture) {
    let access = fixture.writer.access();
    let reach: Reach = "5265877635".parse().expect("a reach");
    let new = NewApiKey {
        name: "ERP",
        reach: &reach,
        scopes: &[Scope::Read, Scope::Send],
        unit: None,
        hash: &[1; 32],
        hint: "bramka_abcde",
        created_by: "kasia",
    };
    let id = access.add_api_key(&new, now()).await.expect("added");
    let found = async |byte: u8| fixture.store.api_key_by_hash(&[byte; 32]).await.expect("read");
    let key = found(1).await.expect("there");
    assert_eq!((&key.id, &key.reach, key.scopes.as_slice()), (&id, &reach, &[Scope::Read, Scope::Send][..]));
    assert!(found(2).await.is_none() && key.used_at.is_none());
    access.api_key_used(&id, "192.0.2.7", now()).await.expect("written");
    let key = found(1).await.expect("there");
    assert_eq!((key.used_at, key.used_from.as_deref()), (Some(now()), Some("192.0.2.7")));

    access.rotate_api_key(&id, &[2; 32], "bramka_fghij", now()).await.expect("rotated");
    assert!(found(1).await.is_none());
    let key = found(2).await.expect("there");
    assert_eq!((key.id.as_str(), key.rotated_at, key.used_at), (id.as_str(), Some(now()), None));
    access.revoke_api_key(&id, now()).await.expect("revoked");
    assert!(found(2).await.is_none());
    for outcome in [
        access.revoke_api_key(&id, now()).await,
        access.rotate_api_key(&id, &[3; 32], "x", now()).await,
        access.revoke_api_key("nothing", now()).await,
    ] {
        assert!(matches!(outcome, Err(StoreError::UnknownKey { .. })), "{outcome:?}");
    }
    let all = fixture.store.api_keys().await.expect("read");
    assert_eq!((all.len(), all[0].revoked_at), (1, Some(now())), "its entry stays");
}
