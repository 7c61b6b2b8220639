using System.Diagnostics;

namespace QuantPS.Tests.Host;

/// <summary>Runs QuantPS.Host as a child process, with its streams redirected as in CI.</summary>
internal static class HostProcess
{
    private static readonly string _program = Path.Combine(
        Repository.Root, "src", "QuantPS.Host", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "QuantPS.Host.dll");

    internal sealed record Result(int ExitCode, string Output, string Error);

    public static Result RunScript(string script, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        string path = folder.At("a folder [1]", "script.ps1");
        File.WriteAllText(path, script);
        return Run([path, .. arguments]);
    }

    public static Result Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    public static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [_program, .. arguments])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
