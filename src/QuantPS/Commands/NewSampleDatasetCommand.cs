using System.Management.Automation;
using QuantPS.Data;

namespace QuantPS.Commands;

/// <summary>Draws a labelled set of images: data for a first try without a download.</summary>
/// <remarks>
/// <para>
/// Draws ten classes of shapes of varying size, place, colour, rotation, background and noise as PNG files of 32x32 pixels, in the folders
/// train and test with a folder for each class. The same seed draws the same images on every machine.
/// </para>
/// </remarks>
/// <example>
/// <para>Draw a small set, and open it.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 100 -Test 50
/// Import-ImageDataset ./shapes/train
/// </code>
/// </example>
/// <returns>The two folders.</returns>
/// <seealso cref="ImportImageDatasetCommand"/>
[Cmdlet(VerbsCommon.New, "SampleDataset", SupportsShouldProcess = true)]
[OutputType(typeof(DirectoryInfo))]
public sealed class NewSampleDatasetCommand : QuantPSCmdlet
{
    /// <summary>The folder to make; one that is there must be empty. No character is a wildcard.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("LiteralPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The number of training images, spread evenly over the ten classes.</summary>
    [Parameter]
    [ValidateRange(10, 1000000)]
    public int Train { get; set; } = 2000;

    /// <summary>The number of test images, spread evenly over the ten classes.</summary>
    [Parameter]
    [ValidateRange(10, 1000000)]
    public int Test { get; set; } = 500;

    /// <summary>What the images are drawn from: another seed draws others.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <inheritdoc/>
    protected override void Process()
    {
        string path = FullPath(Path);
        if (!ShouldProcess(path, $"Draw {Train} training and {Test} test images")) return;
        int total = Train + Test;
        Run($"Drawing {path}", report =>
        {
            SampleDataset.Write(path, Train, Test, Seed, done => report.Progress(done, total, $"{done} of {total} images"), report.Cancellation);
            return total;
        });
        WriteItem(System.IO.Path.Combine(path, "train"));
        WriteItem(System.IO.Path.Combine(path, "test"));
    }
}
