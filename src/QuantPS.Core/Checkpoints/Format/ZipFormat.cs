using System.Text;

namespace QuantPS.Checkpoints;

/// <summary>The format of torch.save since PyTorch 1.6: a zip archive with the pickle <c>data.pkl</c> and a record for each storage.</summary>
internal static class ZipFormat
{
    public static object? Read(Stream stream, CheckpointPart part)
    {
        var budget = new CheckpointBudget(part, stream.Length);
        var archive = new ZipReader(stream, part, budget);
        if (archive.Contains("constants.pkl"))
            throw part.Unsupported("it is a TorchScript archive, and programs are not read. Give a state dict: Export-QuantModel writes one as .pth, PyTorch as torch.save(model.state_dict(), \"model.pth\").");
        if (archive.Contains("byteorder") && Encoding.ASCII.GetString(archive.Read("byteorder")) is not "little" and var order)
            throw part.In("byteorder").Unsupported($"its numbers are in '{order}' byte order; only 'little' can be read.");

        byte[] pickle = archive.Read("data.pkl");
        CheckpointPart pickled = part.In("data.pkl");
        var storages = new Storages(key => archive.Read($"data/{key}"), pickled);
        object? root = new Unpickler(new ByteWindow(new MemoryStream(pickle), 0, pickle.Length, pickled), storages, budget).Load();
        new PythonTree(pickled, pickle.Length).Check(root);
        return root;
    }
}
