import { LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

/** The parts of ECharts that are drawn with; everything else stays out of the bundle. */
use([LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

export { default as VChart } from 'vue-echarts';
