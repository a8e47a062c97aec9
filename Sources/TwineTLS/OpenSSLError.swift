import COpenSSL

/// The last entry of OpenSSL's error queue.
struct OpenSSLError {
    let code: UInt
    let reason: Int32
    let text: String
    /// Whether it is the system's, whose number is in errno.
    let isOfSystem: Bool

    /// Takes all entries of the queue and keeps the last.
    static func take() -> OpenSSLError {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        let reason = twine_error_reason(code)
        let text = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
        return OpenSSLError(
            code: code, reason: reason, text: text ?? "unknown reason",
            isOfSystem: twine_is_system_error(code) != 0)
    }
}
