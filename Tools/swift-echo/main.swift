import ToolKit

SwiftEcho.main()
