# Sourced by training/train and training/train-gpt, with the model's folder in $to: reads the options and finds or installs
# what both need.
. "$(dirname "${BASH_SOURCE[0]}")/../eng/setup.sh"

data=$root/../shared/data work=$root/.data/training to=$root/$to
while [ $# -gt 0 ]; do
    case $1 in
        --data) data=$2 ;;
        --work) work=$2 ;;
        --to) to=$2 ;;
        *) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
    shift 2
done
[ -f "$data/tweets/train.tsv" ] || fail "There is no training data in $data: --data names its folder; training/README.md says what has to be there."
mkdir -p "$work" "$to" || exit

# Debian's Python, as its packages of torch and the others belong to it.
python=/usr/bin/python3
"$python" -c 'import torch, sklearn, onnx' 2>/dev/null ||
    apt_install 'What training needs' python3-torch python3-sklearn python3-onnx
# Debian's reference BLAS is thirty times slower.
blas=$(dirname "$(ls /usr/lib/*/openblas-pthread/libblas.so.3 2>/dev/null | head -n 1)")
[ "$blas" != . ] || { apt_install 'OpenBLAS' libopenblas0-pthread; blas=$(dirname "$(ls /usr/lib/*/openblas-pthread/libblas.so.3)"); }
export LD_LIBRARY_PATH=$blas OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONPATH=$root/training PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
