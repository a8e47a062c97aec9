/// Commands about FTP, which is not supported: they are taken, as files of settings have them.
extension Command {
    private static let notYet = "FTP is not supported yet"

    static let ftp: [Command] = [
        ftp("ftp-user", "USER", "the user, for FTP"),
        ftp("ftp-password", "PASS", "the password, for FTP"),
        ftpFlag("remove-listing").no("don't remove '.listing' files"),
        flag("glob", nil, nil) { $0.download.warnsOfPatterns = $1 }
            .withoutEffect(notYet).no("take names as they are, without patterns"),
        ftpFlag("passive-ftp").no("let the server connect for data"),
        ftpFlag("preserve-permissions", "give files the permissions of the server's"),
        ftpFlag("retr-symlinks", "fetch what symbolic links point to"),
        row("dont-remove-listing", nil, .none) { _, _ in }.setting(nil).withoutEffect(notYet),
        ftpFlag("htmlify"),
        old("ftp-passwd", for: "ftp-password").onlySetting,
        old("login", for: "ftp-user").onlySetting,
        old("passwd", for: "ftp-password").onlySetting,
        ftp("ftp-proxy", "URL", nil).onlySetting,
    ]

    static let ftps: [Command] = [
        ftpFlag("ftps-implicit", "use FTPS from the start (port 990)"),
        ftpFlag("ftps-resume-ssl", "resume the control connection's session for data"),
        ftpFlag("ftps-clear-data-connection", "encrypt the control connection only"),
        ftpFlag("ftps-fallback-to-ftp", "use FTP where the server has no FTPS"),
    ]

    private static func ftp(
        _ option: String, _ placeholder: String, _ help: String?
    ) -> Command {
        row(option, nil, .required, placeholder, help) { _, _ in }.withoutEffect(notYet)
    }

    private static func ftpFlag(_ option: String, _ help: String? = nil) -> Command {
        flag(option, nil, help) { _, _ in }.withoutEffect(notYet)
    }

    static let followFTP = flag("follow-ftp", nil, "follow links of FTP in pages (no effect yet)") {
        $0.rules.followsFTP = $1
    }.withoutEffect(notYet)
}
