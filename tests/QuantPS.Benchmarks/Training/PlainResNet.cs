using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace QuantPS.Benchmarks.Training;

/// <summary>ResNet-20 for CIFAR-10 in TorchSharp's modules, with shortcuts of option A.</summary>
internal sealed class PlainResNet : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _layers;

    public PlainResNet() : base("resnet20")
    {
        var modules = new List<Module<Tensor, Tensor>> { Conv2d(3, 16, 3, padding: 1, bias: false), BatchNorm2d(16), ReLU() };
        for (int layer = 0; layer < 3; layer++)
            for (int block = 0; block < 3; block++)
                modules.Add(layer > 0 && block == 0 ? new Block(8 << layer, 16 << layer, 2) : new Block(16 << layer, 16 << layer, 1));
        modules.AddRange([AdaptiveAvgPool2d(1), Flatten(), Linear(64, 10)]);
        _layers = Sequential(modules);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _layers.call(input);

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _layers;
        private readonly int _stride, _missing;

        public Block(int inputs, int outputs, int stride) : base("block")
        {
            (_stride, _missing) = (stride, outputs - inputs);
            _layers = Sequential(Conv2d(inputs, outputs, 3, stride, 1, bias: false), BatchNorm2d(outputs), ReLU(), Conv2d(outputs, outputs, 3, padding: 1, bias: false), BatchNorm2d(outputs));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor shortcut = _stride == 1 ? input
                : functional.pad(input.slice(2, 0, long.MaxValue, _stride).slice(3, 0, long.MaxValue, _stride), [0, 0, 0, 0, _missing / 2, _missing - _missing / 2]);
            return (_layers.call(input) + shortcut).relu().MoveToOuterDisposeScope();
        }
    }
}
