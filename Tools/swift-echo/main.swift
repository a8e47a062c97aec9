import ToolOptions

SwiftEcho.main()
