/// Bodies packed by other people's programs: Python's gzip and zlib, brotli 1.0.9, zstd 1.5.4.
enum PackedBody {
    /// Twelve lines, 482 octets.
    static let text = (0..<12)
        .map { "Line \($0) of a body that is worth packing.\n" }.joined()

    /// `gzip.compress(text)`.
    static let gzip = octets(
        """
        1f8b0800000000000203f3c9cc4b553050c84f53485448ca4fa95428c9482c51c82c5628cf2f2ac9
        5028484ccececc4bd7e3f201a93324529d1191ea8c89546742a43a5322d59911a9ce9c48751644aa
        b324369c898e1022620400db4ff75ae2010000
        """)

    /// `zlib.compress(text, 9)`.
    static let zlib = octets(
        """
        78daf3c9cc4b553050c84f53485448ca4fa95428c9482c51c82c5628cf2f2ac95028484ccececc4b
        d7e3f201a93324529d1191ea8c89546742a43a5322d59911a9ce9c48751644aab324369c898e1022
        620400be35a1e9
        """)

    /// The same without zlib's header and checksum.
    static let bareDeflate = octets(
        """
        f3c9cc4b553050c84f53485448ca4fa95428c9482c51c82c5628cf2f2ac95028484ccececc4bd7e3
        f201a93324529d1191ea8c89546742a43a5322d59911a9ce9c48751644aab324369c898e10226204
        00
        """)

    /// Quality 11, window 22.
    static let brotli = octets(
        """
        1be101e01d0776c3d7896787db26405183309599d5c1216aab6f18262714900907606309434eaf70
        70c8d1c98e615bbdcd0eb96ba7a099e2b4df4392910282850815265c84485137486105
        """)

    /// With a checksum of the content.
    static let zstd = octets(
        """
        28b52ffd0458ad020074034c696e652030206f66206120626f6479207468617420697320776f7274
        68207061636b696e672e0a4c696e6520313233343536373839310b002a9704940b3aa06440294079
        40c9805280f2809201a5b055aa328019c82f
        """)

    /// 10,000,000 zeros.
    static let zerosByBrotli = octets(
        """
        cbffff3ff82700e2b14020f7fe2fff2c31f04f00c46111808e2306
        """)

    /// 10,000,000 zeros, packed by gzip and once more by gzip.
    static let zerosByGzipTwice = octets(
        """
        1f8b0800000000000203edd8bd09c2400080d14ba2102c7404dd430856c1d2c6216c5cc1034b41ac
        c405523b83b50388851b881bf8776b1cef55df0cdf785787a4ac9e97a2f8473c7cceaf7a10000000
        80ccc5fbb64a33204cbeb776b10400000072b71a0de7e905f4de9bc77ed677470072b32eafddb489
        c753f8016bc9471c16260000
        """)

    /// ``gzip`` packed by Brotli.
    static let gzipInBrotli = octets(
        """
        0b31801f8b0800000000000203f3c9cc4b553050c84f53485448ca4fa95428c9482c51c82c5628cf
        2f2ac95028484ccececc4bd7e3f201a93324529d1191ea8c89546742a43a5322d59911a9ce9c4875
        1644aab324369c898e1022620400db4ff75ae201000003
        """)

    /// A frame whose window is 128 MiB (`--long=27`).
    static let zstdWideWindow = octets(
        """
        28b52ffd008845000010000001003f012c
        """)

    /// The octets that hexadecimal digits write, white space left aside.
    static func octets(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
