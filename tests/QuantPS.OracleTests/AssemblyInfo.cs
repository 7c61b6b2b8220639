// libtorch's quantized engine is a setting of the whole process: tests run one after the other.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
