using System.Globalization;

namespace QuantPS.Tests.Host;

public sealed class MemoryTests
{
    /// <summary>
    /// The largest network, 356 MB in float: exported in both formats and read in float, quantized, exported and read in int8, all in one process, each as a
    /// user writes it. Beyond the weights, twice, there is the runtime, the images that are calibrated with and what they make of the layers.
    /// </summary>
    [Fact]
    public void ResNeXt_101_is_converted_exported_and_read_within_two_gigabytes()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The peak of a process's memory is read from /proc.");
        using TemporaryFolder folder = new();
        HostProcess.Result result = HostProcess.RunScript("""
            param([string] $Folder)
            $ErrorActionPreference = 'Stop'
            $null = New-SampleDataset "$Folder/shapes" -Train 10 -Test 10
            $null = Get-QuantizedPretrained resnext101_32x8d -Untrained -Float |
                Export-QuantModel "$Folder/float.pth" -PassThru | Export-QuantModel "$Folder/float.torchscript"
            $null = Import-QuantModel "$Folder/float.pth" -Architecture resnext101_32x8d |
                Invoke-StaticQuantization "$Folder/shapes/train" -SampleCount 2 | Export-QuantModel "$Folder/int8.pth"
            $model = Import-QuantModel "$Folder/int8.pth" -Architecture resnext101_32x8d
            $null = $model | Export-QuantModel "$Folder/int8.torchscript"
            "$($model.Precision) $($model.ParameterCount)"
            [System.IO.File]::ReadAllLines('/proc/self/status') -match '^VmHWM' -replace '\D'
            """, "-Folder", folder.Path);

        Assert.Equal("", result.Error);
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Int8 88689896", lines[0].Trim());
        long peak = long.Parse(lines[1], CultureInfo.InvariantCulture) * 1024;
        TestContext.Current.TestOutputHelper!.WriteLine($"The largest resident set was {peak / 1e6:F0} MB.");
        Assert.InRange(peak, 400_000_000, 2_000_000_000);
    }
}
