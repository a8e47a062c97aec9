/// The groups of settings, as if they were the draft's own.
///
/// They are written out: looked up by key paths, they would take as long as all else of the reading.
extension Draft {
    var urls: [Octets] {
        get { settings.urls }
        _modify { yield &settings.urls }
    }

    var logging: Settings.Logging {
        get { settings.logging }
        _modify { yield &settings.logging }
    }

    var input: Settings.Input {
        get { settings.input }
        _modify { yield &settings.input }
    }

    var download: Settings.Download {
        get { settings.download }
        _modify { yield &settings.download }
    }

    var directories: Settings.Directories {
        get { settings.directories }
        _modify { yield &settings.directories }
    }

    var network: Settings.Network {
        get { settings.network }
        _modify { yield &settings.network }
    }

    var http: Settings.HTTP {
        get { settings.http }
        _modify { yield &settings.http }
    }

    var tls: Settings.TLS {
        get { settings.tls }
        _modify { yield &settings.tls }
    }

    var recursion: Settings.Recursion {
        get { settings.recursion }
        _modify { yield &settings.recursion }
    }

    var rules: Settings.Rules {
        get { settings.rules }
        _modify { yield &settings.rules }
    }

    var metalink: Settings.Metalink {
        get { settings.metalink }
        _modify { yield &settings.metalink }
    }

    var warc: Settings.WARC {
        get { settings.warc }
        _modify { yield &settings.warc }
    }

    var beyond: Settings.Beyond {
        get { settings.beyond }
        _modify { yield &settings.beyond }
    }
}
