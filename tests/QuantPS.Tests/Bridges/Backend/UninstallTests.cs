using QuantPS.Bridges.Backend;

namespace QuantPS.Tests.Bridges.Backend;

public sealed class UninstallTests : IDisposable
{
    private readonly FakeBackend _backend = new();
    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    public void Dispose() => _backend.Dispose();

    [Fact]
    public async Task All_that_was_installed_goes_with_the_folders()
    {
        await _backend.InstallAsync(_backend.Source);

        Assert.Empty(await _backend.Store.UninstallAsync(_cancel));

        Assert.False(Directory.Exists(_backend.Root));
        await _backend.FailsAsync("BackendNotInstalled", () => _backend.Store.UninstallAsync(_cancel));
    }

    [Fact]
    public async Task What_others_put_there_stays()
    {
        await _backend.InstallAsync(_backend.Source);
        File.WriteAllText(Path.Combine(_backend.Store.Path, "mine.txt"), "mine");
        File.WriteAllText(Path.Combine(_backend.Root, "notes.txt"), "mine");

        Assert.Equal(["mine.txt"], await _backend.Store.UninstallAsync(_cancel));

        Assert.Equal(["TorchSharp-1.0.0-linux-x64/mine.txt", "notes.txt"], _backend.Files);
        Assert.False(_backend.Store.Inspect().IsInstalled);
    }

    [Fact]
    public async Task What_a_download_left_goes_too()
    {
        Directory.CreateDirectory(_backend.Store.Downloads);
        File.WriteAllText(Path.Combine(_backend.Store.Downloads, _backend.Store.Packages[0].FileName + ".part"), "half");

        await _backend.Store.UninstallAsync(_cancel);

        Assert.False(Directory.Exists(_backend.Root));
    }

    [Theory]
    [InlineData("../../precious.txt")]
    [InlineData("/precious.txt")]
    [InlineData("..")]
    public async Task A_receipt_that_names_files_elsewhere_is_none_of_ours(string name)
    {
        await _backend.InstallAsync(_backend.Source);
        string precious = Path.Combine(_backend.Root, "precious.txt"), receipt = BackendReceipt.PathIn(_backend.Store.Path);
        File.WriteAllText(precious, "precious");
        File.WriteAllText(receipt, File.ReadAllText(receipt).Replace("libtorch.so", name));

        await _backend.FailsAsync("BackendNotInstalled", () => _backend.Store.UninstallAsync(_cancel));

        Assert.True(File.Exists(precious));
        Assert.False(_backend.Store.Inspect().IsInstalled);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1, 2]")]
    [InlineData("""{"Packages":null,"Files":null}""")]
    public async Task A_receipt_that_cannot_be_read_is_as_none(string content)
    {
        await _backend.InstallAsync(_backend.Source);
        File.WriteAllText(BackendReceipt.PathIn(_backend.Store.Path), content);

        Assert.False(_backend.Store.Inspect().IsInstalled);
        Assert.True((await _backend.InstallAsync(_backend.Source)).IsInstalled);
    }
}
