/// A set of octets that are written as `%XX` in one part of a URL.
///
/// Every set holds the C0 controls, DEL and all octets from 0x80 up.
///
/// WHATWG URL §1.3.
public struct PercentEncodeSet: Sendable {
    /// One bit for each octet below 0x40, and one for each from 0x40 to 0x7F.
    private let low: UInt64
    private let high: UInt64

    /// Literals, and not code that reads a text, so that the sets need no initialisation.
    private init(_ low: UInt64, _ high: UInt64) {
        self.low = low
        self.high = high
    }

    /// Whether `octet` is written as `%XX`.
    public func contains(_ octet: UInt8) -> Bool {
        if octet >= 0x80 { return true }
        let half = octet < 0x40 ? low : high
        return half >> UInt64(octet & 0x3F) & 1 == 1
    }

    /// Controls only: opaque hosts and opaque paths.
    public static let c0Control = PercentEncodeSet(
        0x0000_0000_FFFF_FFFF, 0x8000_0000_0000_0000)
    /// For fragments: also space and `"`, `<`, `>` and the grave accent.
    public static let fragment = PercentEncodeSet(
        0x5000_0005_FFFF_FFFF, 0x8000_0001_0000_0000)
    /// For queries of schemes that are not special: also space, `"`, `#`, `<` and `>`.
    public static let query = PercentEncodeSet(
        0x5000_000D_FFFF_FFFF, 0x8000_0000_0000_0000)
    /// For queries of `http`, `https`, `ws`, `wss`, `ftp` and `file`: also `'`.
    public static let specialQuery = PercentEncodeSet(
        0x5000_008D_FFFF_FFFF, 0x8000_0000_0000_0000)
    /// For path segments: as ``query``, and `?`, `^`, `{`, `}` and the grave accent.
    public static let path = PercentEncodeSet(
        0xD000_000D_FFFF_FFFF, 0xA800_0001_4000_0000)
    /// For user names and passwords: as ``path``, and `/:;=@[\]|`.
    public static let userInfo = PercentEncodeSet(
        0xFC00_800D_FFFF_FFFF, 0xB800_0001_7800_0001)
    /// For any text that shall stay one component: as ``userInfo``, and `$%&+,`.
    public static let component = PercentEncodeSet(
        0xFC00_987D_FFFF_FFFF, 0xB800_0001_7800_0001)
}
