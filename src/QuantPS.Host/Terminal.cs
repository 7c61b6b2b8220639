namespace QuantPS.Host;

/// <summary>The standard streams of the process, and whether somebody sits at them.</summary>
/// <param name="Output">Where output, warnings and verbose messages go.</param>
/// <param name="Error">Where errors go.</param>
/// <param name="IsTerminal">Whether output and errors are shown on a terminal: colours and progress.</param>
/// <param name="IsInteractive">Whether questions can be asked as well.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, bool IsTerminal, bool IsInteractive)
{
    /// <summary>The columns that tables are laid out for where there is no terminal to measure.</summary>
    public const int DefaultWidth = 120;

    public static Terminal Attach()
    {
        bool isTerminal = !Console.IsOutputRedirected && !Console.IsErrorRedirected;
        return new(Console.Out, Console.Error, isTerminal, isTerminal && !Console.IsInputRedirected);
    }

    public int Width => IsTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : DefaultWidth;

    public int Height => IsTerminal && Console.WindowHeight > 0 ? Console.WindowHeight : 50;
}
