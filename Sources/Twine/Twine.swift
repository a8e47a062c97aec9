/// The whole toolbox by one name: a script says `import Twine` and has it all.
// Methods, statuses and names of fields.
@_exported public import HTTPTypes
@_exported public import TwineBytes
@_exported public import TwineCore
@_exported public import TwineCred
@_exported public import TwineDNS
@_exported public import TwineHTML
@_exported public import TwineHTTP
@_exported public import TwineTLS
