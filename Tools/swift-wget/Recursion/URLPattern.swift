import CPCRE2

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The regular expression of `--accept-regex` or `--reject-regex`, that URLs are searched for.
///
/// POSIX extended ones are regcomp(3)'s, the others PCRE2's.
@safe
final class URLPattern {
    /// What is wrong with an expression.
    struct Failure: Error, Equatable {
        let pattern: String
        let reason: String
    }

    private let posix: UnsafeMutablePointer<regex_t>?
    private let perl: OpaquePointer?

    /// Compiles an expression.
    ///
    /// - Throws: ``Failure``, in the library's words.
    init(_ pattern: String, _ type: Settings.Rules.RegexType) throws(Failure) {
        switch type {
        case .posix:
            unsafe (posix, perl) = (try Self.compilePOSIX(pattern), nil)
        case .pcre:
            unsafe (posix, perl) = (nil, try Self.compilePerl(pattern))
        }
    }

    deinit {
        if let posix = unsafe posix {
            unsafe regfree(posix)
            unsafe posix.deallocate()
        }
        if let perl = unsafe perl { unsafe pcre2_code_free_8(perl) }
    }

    /// Whether the expression matches anywhere in a text.
    ///
    /// One that PCRE2 gives up on, for it takes too long, does not match.
    func matches(_ text: String) -> Bool {
        if let posix = unsafe posix { return unsafe regexec(posix, text, 0, nil, 0) == 0 }
        guard let perl = unsafe perl, let data = unsafe pcre2_match_data_create_8(1, nil) else {
            return false
        }
        defer { unsafe pcre2_match_data_free_8(data) }
        var text = text
        return text.withUTF8 { octets in
            unsafe pcre2_match_8(perl, octets.baseAddress, octets.count, 0, 0, data, nil) >= 0
        }
    }

    private static func compilePOSIX(
        _ pattern: String
    ) throws(Failure) -> UnsafeMutablePointer<regex_t> {
        let expression = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
        unsafe expression.initialize(to: regex_t())
        let status = unsafe regcomp(expression, pattern, REG_EXTENDED | REG_NOSUB)
        guard status != 0 else { return unsafe expression }
        let reason = unsafe words { unsafe regerror(status, expression, $0, $1) }
        unsafe expression.deallocate()
        throw Failure(pattern: pattern, reason: reason)
    }

    private static func compilePerl(_ pattern: String) throws(Failure) -> OpaquePointer {
        var status: Int32 = 0
        var place = 0
        var text = pattern
        let code = text.withUTF8 { octets in
            unsafe pcre2_compile_8(octets.baseAddress, octets.count, 0, &status, &place, nil)
        }
        if let code = unsafe code { return unsafe code }
        let reason = unsafe words { buffer, size in
            unsafe buffer.withMemoryRebound(to: UInt8.self, capacity: size) {
                unsafe _ = pcre2_get_error_message_8(status, $0, size)
            }
        }
        throw Failure(pattern: pattern, reason: reason)
    }

    private static func words<Result>(
        _ write: (UnsafeMutablePointer<CChar>, Int) -> Result
    ) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            unsafe start.initialize(repeating: 0, count: 256)
            _ = unsafe write(start, 255)
            return unsafe String(cString: start)
        }
    }
}
