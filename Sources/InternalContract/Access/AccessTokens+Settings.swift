package import Settings

extension AccessTokens {
    /// `NOETL_INTERNAL_API_TOKEN`.
    package static let token = Setting<String?>.optionalText(
        "NOETL_INTERNAL_API_TOKEN",
        "The token of /api/internal, sent as Bearer; several, separated by commas or line ends, while it is rotated: the server accepts each, clients send the first.",
        isSecret: true
    )

    /// `NOETL_INTERNAL_API_TOKEN_FILE`.
    package static let file = Setting<String?>.file(
        "NOETL_INTERNAL_API_TOKEN_FILE",
        "A file with such tokens, read again when it changes; used where NOETL_INTERNAL_API_TOKEN is not set or blank."
    )

    /// Both, in the order in which they are shown.
    package static let settings: [any SettingDescription] = [Self.token, Self.file]
}
