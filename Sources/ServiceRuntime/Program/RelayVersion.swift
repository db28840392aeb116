/// The version of all programs of this package.
package enum RelayVersion {
    /// In the form of semver.org.
    package static let current = "0.1.0"
}
