using System.Runtime.InteropServices;
using QuantPS.Engine;
using TorchSharp;

namespace QuantPS.Torch;

/// <summary>Tensors from managed memory to libtorch's and back.</summary>
internal static class TensorTransfer
{
    public static torch.Tensor ToTorch(ReadOnlySpan<float> values, Shape shape, torch.Device? device = null)
    {
        torch.Tensor tensor = torch.empty([.. shape.Select(size => (long)size)], torch.float32);
        MemoryMarshal.AsBytes(values).CopyTo(tensor.bytes);
        return device is null || device.type == DeviceType.CPU ? tensor : tensor.to(device, disposeAfter: true);
    }

    public static Tensor ToManaged(torch.Tensor tensor)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Shape shape = Shape.Create([.. tensor.shape.Select(size => (int)size)]);
        return Tensor.From<float>(MemoryMarshal.Cast<byte, float>(tensor.detach().cpu().contiguous().bytes), shape);
    }
}
