namespace QuantPS.Host;

/// <summary>What the process ends with, where the script itself does not say by <c>exit</c>.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 64;
    public const int Interrupted = 130;
    public const int Terminated = 143;
}
