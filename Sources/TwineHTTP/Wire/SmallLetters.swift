extension StringProtocol {
    /// The text with the letters A to Z as small ones, and no others: what wire formats mean by case.
    ///
    /// Unicode's lower case would turn other letters, such as the Kelvin sign, into those of ASCII.
    func withSmallLetters() -> String {
        let octets = utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        return String(decoding: octets, as: UTF8.self)
    }
}
