using System.Management.Automation.Host;

namespace QuantPS.Host;

/// <summary>The size of the terminal, which the formatting asks for; the rest of a console screen is not offered.</summary>
internal sealed class ScriptHostRawUI(Terminal terminal) : PSHostRawUserInterface
{
    public override Size BufferSize { get => WindowSize; set => throw Unsupported(); }

    public override Size WindowSize { get => new(terminal.Width, terminal.Height); set => throw Unsupported(); }

    public override Size MaxWindowSize => WindowSize;

    public override Size MaxPhysicalWindowSize => WindowSize;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override string WindowTitle { get; set; } = "";

    public override int CursorSize { get; set; } = 25;

    public override Coordinates CursorPosition { get => default; set => throw Unsupported(); }

    public override Coordinates WindowPosition { get => default; set => throw Unsupported(); }

    public override bool KeyAvailable => false;

    public override void FlushInputBuffer() { }

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw Unsupported();

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw Unsupported();

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw Unsupported();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw Unsupported();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw Unsupported();

    private static NotSupportedException Unsupported() => new("QuantPS.Host offers no access to the screen of the console.");
}
