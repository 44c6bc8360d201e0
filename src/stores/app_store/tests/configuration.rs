//! Configurations that make no verifier.

use ring::digest::{SHA256, digest};

use super::*;

fn refused(app: AppStoreApp) -> AppStoreConfigError {
    let error = AppStoreVerifier::new(vec![app]).unwrap_err();
    assert!(!error.to_string().is_empty());
    error
}

#[test]
fn apples_root_is_apples() {
    let fingerprint: String =
        digest(&SHA256, APPLE_ROOT_CA_G3).as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!(fingerprint, "63343ABFB89A6A03EBB57E9B3F5FA7BE7C4F5C756F3017B3A8C488C3653E9179");
    let app = AppStoreApp { roots: vec![APPLE_ROOT_CA_G3.to_vec()], ..apple().app() };
    AppStoreVerifier::new(vec![app]).unwrap();
}

#[test]
fn what_is_missing_is_named() {
    let app = apple().app();
    let bundle_id = app.bundle_id.clone();
    assert_eq!(AppStoreVerifier::new(vec![]).unwrap_err(), AppStoreConfigError::NoApps);
    assert_eq!(
        refused(AppStoreApp { bundle_id: String::new(), ..app.clone() }),
        AppStoreConfigError::NoBundleId
    );
    assert_eq!(
        refused(AppStoreApp { roots: vec![], ..app.clone() }),
        AppStoreConfigError::NoRoots { bundle_id: bundle_id.clone() }
    );
    assert_eq!(
        refused(AppStoreApp { environments: vec![], ..app.clone() }),
        AppStoreConfigError::NoEnvironments { bundle_id: bundle_id.clone() }
    );
    assert_eq!(
        refused(AppStoreApp { app_apple_id: None, ..app.clone() }),
        AppStoreConfigError::NoAppAppleId { bundle_id }
    );
    let sandbox = vec![AppStoreEnvironment::Sandbox];
    AppStoreVerifier::new(vec![AppStoreApp { app_apple_id: None, environments: sandbox, ..app.clone() }])
        .unwrap();
    assert!(matches!(
        refused(AppStoreApp { roots: vec![vec![1, 2, 3]], ..app }),
        AppStoreConfigError::BadRoot { .. }
    ));
}

#[test]
fn one_environment_has_one_entry() {
    let app = apple().app();
    let error = AppStoreVerifier::new(vec![app.clone(), app.clone()]).unwrap_err();
    assert_eq!(
        error,
        AppStoreConfigError::EnvironmentTwice {
            bundle_id: app.bundle_id,
            environment: AppStoreEnvironment::Production
        }
    );
}

#[cfg(not(feature = "local-testing"))]
#[test]
fn the_unsigned_environments_cannot_be_configured() {
    for environment in [AppStoreEnvironment::Xcode, AppStoreEnvironment::LocalTesting] {
        let app = AppStoreApp { environments: vec![environment], ..apple().app() };
        let bundle_id = app.bundle_id.clone();
        assert_eq!(refused(app), AppStoreConfigError::UnsignedEnvironment { bundle_id, environment });
    }
}
