/// Commands about folders.
extension Command {
    static let directories: [Command] = [
        flag("directories", nil, nil, setDirectories).setting("dirstruct")
            .no("make no folders", letter: "d"),
        flag("force-directories", "x", "make folders always", setDirectories).setting(nil),
        flag("host-directories", nil) { $0.directories.addsHost = $1 }.setting("addhostdir")
            .no("make no folder for the host", letter: "H"),
        flag("protocol-directories", nil, "make a folder for the scheme") {
            $0.directories.addsProtocol = $1
        },
        directory("directory-prefix", "P", "PREFIX", "save files below PREFIX") {
            $0.directories.prefix = $1
        }.setting("dirprefix"),
        number("cut-dirs", "NUMBER", "leave out NUMBER folders of the URL") {
            $0.directories.cut = $1
        },
    ]

    private static let setDirectories: @Sendable (inout Draft, Bool) -> Void = {
        $0.directories.makesDirectories = $1
        $0.refusesDirectories = !$1
    }
}
